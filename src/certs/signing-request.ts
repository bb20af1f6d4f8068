/**
 * The organizations (O) of the subject that a PKCS #10 request, PEM, asks a certificate for. The library is loaded when
 * there is something to read.
 * @throws Error when it is no such request
 */
export async function organizationsOf(pem: string): Promise<string[]> {
  const { Pkcs10CertificateRequest } = await import('@peculiar/x509')
  return new Pkcs10CertificateRequest(pem).subjectName.getField('O')
}
