declare module 'pgpass' {
  /** Looks the password up in libpq's password file; undefined where it has none. */
  export default function pgpass(
    connection: { host: string | undefined; port: number; database: string | undefined; user: string | undefined },
    callback: (password: string | undefined) => void,
  ): void;
}
