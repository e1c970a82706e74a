/** A sentence for the person at the keyboard; printed without a stack, exit code 2. */
export class Refusal extends Error {
  constructor(because: string, options?: ErrorOptions) {
    super(because, options);
    this.name = 'Refusal';
  }
}
