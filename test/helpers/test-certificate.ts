/**
 * A self-signed certificate for localhost, *.localhost, 127.0.0.1 and ::1, and its key: valid for a
 * hundred years, trusted by nobody but a test that passes `testCertificate` as its `ca`. It is
 * checked in so that the tests need no openssl.
 */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBvDCCAWKgAwIBAgIUAXN/t8NtBEEb4Pro7A1yP5HW+wIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA3MDA1OVoYDzIxMjYxMDI4
MDcwMDU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATN3CDe9pjwh/pWIQebAETsFz/AmrQ4tcohWOmcNv8GJ0J80IWQ97nt
1yDPv4W6FPPF3mal4KsL2CEP4G8ISNa5o4GPMIGMMB0GA1UdDgQWBBRlS1SX45lr
tYG60hBKIXsaS0hd+jAfBgNVHSMEGDAWgBRlS1SX45lrtYG60hBKIXsaS0hd+jA5
BgNVHREEMjAwgglsb2NhbGhvc3SCCyoubG9jYWxob3N0hwR/AAABhxAAAAAAAAAA
AAAAAAAAAAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgCAgF
cYMqOJo35HKuWUAY+7AG40EazdRR4M70QUh2bcgCIQCuTPlAIQ2Tnl9OmXvlrs5d
pUz4lMXNO6EQXQmpsgT1qQ==
-----END CERTIFICATE-----
`;

export const testCertificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgk4CmCP+ZqATTggk2
UyDvEYJhu0mM0oh5nto5bcGps7WhRANCAATN3CDe9pjwh/pWIQebAETsFz/AmrQ4
tcohWOmcNv8GJ0J80IWQ97nt1yDPv4W6FPPF3mal4KsL2CEP4G8ISNa5
-----END PRIVATE KEY-----
`;
