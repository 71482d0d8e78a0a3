/** Superset's REST API as one person. */
export interface SupersetApi {
  /** `body` is null where the answer is not JSON. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
}

/** Sign in; without a user it is what a visitor may do. */
export async function supersetApi(url: string, user?: { username: string; password: string }): Promise<SupersetApi> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json', Referer: `${url}/` };
  const call: SupersetApi['call'] = async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  };
  if (user) {
    const { body } = await call('POST', '/security/login', { ...user, provider: 'db', refresh: false });
    headers.Authorization = `Bearer ${body.access_token}`;
    // A change also needs a token of the same session.
    const response = await fetch(`${url}/api/v1/security/csrf_token/`, { headers });
    headers['X-CSRFToken'] = ((await response.json()) as { result: string }).result;
    headers.Cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }
  return { call };
}
