/** `policy` with its nonce, which scripts have, for style sheets too. Where it allows inline ones anyway, it stays. */
export function policyWithStyle(policy: string): string {
  const nonce = /'nonce-[A-Za-z0-9+/=_-]+'/.exec(policy)?.[0];
  if (nonce === undefined) return policy;
  return policy.replace(/style-src 'self'(?=;|$)/, `style-src 'self' ${nonce}`);
}
