/** What a request cannot be answered for, as a sentence for whoever asked. */
export class RequestProblem extends Error {}
