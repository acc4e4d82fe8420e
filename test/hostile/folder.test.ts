/** A Terraform folder is read once, however many documents are asked about: twice the files, about twice the work. */
import { afterAll, expect, it } from 'vitest';
import { createLanguageService } from '../../server/src/service.ts';
import { StepCounter, UNSTEADY } from './steps.ts';

const counter = new StepCounter();
afterAll(() => {
  counter.end();
});

const FOLDER = 'file:///module';

function stepsFor(count: number): number {
  const group = (i: number): string => `# veeam-ports: guards ahv-worker\nresource "aws_security_group" "g${String(i)}" {\n}\nresource "aws_vpc_security_group_ingress_rule" "r${String(i)}" {\n  security_group_id = aws_security_group.g${String((i + 1) % count)}.id\n  cidr_ipv4 = "10.0.0.0/8"\n  ip_protocol = "tcp"\n  from_port = 443\n  to_port = 443\n}\n`;
  const files = Array.from({ length: count }, (_, i) => ({ uri: `${FOLDER}/f${String(i)}.tf`, text: group(i) }));
  const service = createLanguageService({ include: (_, pattern) => (pattern === '*.tf' ? files : []) });
  return counter.count(() => {
    for (const file of files) {
      const analysis = service.analyse(file);
      if (!analysis) throw new Error('no dialect');
      service.findings(analysis);
      service.forget(file.uri);
    }
  });
}

it('the documents of a folder', UNSTEADY, () => {
  stepsFor(4);
  const few = stepsFor(20);
  expect(stepsFor(80) / few).toBeLessThan(4 * 1.5);
});
