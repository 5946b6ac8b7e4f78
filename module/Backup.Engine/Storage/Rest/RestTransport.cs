using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Backup.Engine.Storage.Rest;

/// <summary>Makes what carries requests to a server.</summary>
internal static class RestTransport
{
    /// <summary>A transport for one server.</summary>
    /// <exception cref="ArgumentException">A file with certificates can't be used.</exception>
    public static SocketsHttpHandler Create(RestAddress address, ConnectionOptions connection, TimeProvider time)
    {
        var upload = Bandwidth.Of(connection.UploadBytesPerSecond, time);
        var download = Bandwidth.Of(connection.DownloadBytesPerSecond, time);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a password must not go where nobody sent it
            UseCookies = false,
            UseProxy = !address.IsOnThisMachine,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
            SslOptions = TlsOptions(connection),
            ConnectCallback = async (context, cancellationToken) => PacedStream.Of(
                await ConnectAsync(
                    address.Socket is { } path ? new UnixDomainSocketEndPoint(path) : context.DnsEndPoint,
                    cancellationToken).ConfigureAwait(false),
                upload,
                download),
        };
    }

    private static async Task<Stream> ConnectAsync(EndPoint end, CancellationToken cancellationToken)
    {
        Socket socket = end is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(end, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException exception) when (end is UnixDomainSocketEndPoint)
        {
            // The system's words are about a network address that nobody wrote.
            socket.Dispose();
            string path = end.ToString() ?? "";
            throw File.Exists(path)
                ? new BackendException($"nobody answers on the socket {path}: {exception.Message}.", isTransient: true, exception)
                : new BackendException($"there is no socket {path}. Is the server running?", isTransient: false, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions TlsOptions(ConnectionOptions connection)
    {
        var options = new SslClientAuthenticationOptions();
        if (connection.InsecureTls)
        {
#pragma warning disable CA5359 // It is what --insecure-tls asks for.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (connection.CaCertificateFiles.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            foreach (string file in connection.CaCertificateFiles)
            {
                Read(file, () => options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(file));
                if (options.CertificateChainPolicy.CustomTrustStore.Count == 0)
                {
                    throw new ArgumentException($"The file {file} has no certificate in PEM format.", nameof(connection));
                }
            }
        }

        if (connection.ClientCertificateFile is { } clientFile)
        {
            Read(clientFile, () =>
            {
                X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(clientFile);
                var chain = new X509Certificate2Collection();
                chain.ImportFromPemFile(clientFile);
                options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true);
            });
        }

        return options;
    }

    private static void Read(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException(
                $"The file {file} can't be used: {exception.Message} Certificates are expected in PEM format, "
                    + "for a client with its private key, unencrypted, in the same file.",
                exception);
        }
    }
}
