/**
 * Why Node does not trust the certificate of a server, by the code of its error.
 * Source: https://nodejs.org/api/tls.html, X509 certificate error codes.
 */
export const certificateFaults: Record<string, string> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'an unknown authority has signed its certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it has signed its certificate itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'an unknown authority has signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'an unknown authority has signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'an unknown authority has signed its certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
};
