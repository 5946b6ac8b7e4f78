using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Backup.TestKit;

/// <summary>PEM files: an authority that nobody knows, a server on this machine, and a client.</summary>
/// <param name="Authority">The authority's certificate.</param>
/// <param name="Server">The server's certificate.</param>
/// <param name="ServerKey">The server's key.</param>
/// <param name="Client">The client's certificate and key.</param>
public sealed record TestCertificates(string Authority, string Server, string ServerKey, string Client)
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Makes new ones and writes them.</summary>
    public static TestCertificates WriteTo(TempFolder folder)
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=an authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = request.CreateSelfSigned(From, To);

        (string server, string serverKey) = Issue(authority, "CN=a server", 1);
        (string client, string clientKey) = Issue(authority, "CN=a client", 2);
        return new TestCertificates(
            folder.WriteFile("authority.pem", authority.ExportCertificatePem()),
            folder.WriteFile("server.pem", server),
            folder.WriteFile("server-key.pem", serverKey),
            folder.WriteFile("client.pem", client + "\n" + clientKey + "\n"));
    }

    private static (string Certificate, string Key) Issue(X509Certificate2 authority, string name, byte serial)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(authority, From, To, [serial]);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
