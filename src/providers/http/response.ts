/** An HTTP response, whatever its status. */
export interface HttpResponse {
  /** The server as error messages name it, from the options of the client. */
  server: string;
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  text: string;
  /** From connecting to the last byte of the body. */
  ms: number;
  /** The words of the request's path and body. */
  asked: ReadonlySet<string>;
  /** What may be repeated of the server's own words: no secret, and nothing that only a shop or its customers know. */
  quote: (words: string) => string;
}
