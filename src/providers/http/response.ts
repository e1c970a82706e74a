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
  /** Removes every secret of the request from a text of the response. */
  hide: (text: string) => string;
}
