/** An error whose sentence is printed to the person without a stack; exit code 2. */
export class Refusal extends Error {
  constructor(because: string, options?: ErrorOptions) {
    super(because, options);
    this.name = 'Refusal';
  }
}
