/** How well text stands out from what is behind it, measured in the page itself. */

export interface Contrast {
  text: string;
  /** From 1, the same colour, to 21, as WCAG 2.2 defines it. */
  ratio: number;
}

/** Of every element with words of its own that is shown. Runs in a page: it may use nothing from outside. */
export function contrasts(root: Element): Contrast[] {
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  /** Colours over one another, the first at the bottom. */
  const seen = (colours: string[]): number[] => {
    if (!pixel) return [];
    pixel.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      pixel.fillStyle = colour;
      pixel.fillRect(0, 0, 1, 1);
    }
    return [...pixel.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const luminance = (colours: string[]): number => {
    const [red = 0, green = 0, blue = 0] = seen(colours).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element: Element): string[] => [...(element.parentElement ? ground(element.parentElement) : []), getComputedStyle(element).backgroundColor];
  const spoken = [...root.querySelectorAll('*')].filter((element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()));
  return spoken.map((element) => {
    const behind = ground(element);
    const [dark = 0, light = 0] = [luminance(behind), luminance([...behind, getComputedStyle(element).color])].sort((a, b) => a - b);
    return { text: element.textContent.trim(), ratio: (light + 0.05) / (dark + 0.05) };
  });
}
