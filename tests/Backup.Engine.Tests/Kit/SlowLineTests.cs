using System.Net;
using System.Net.Sockets;
using Backup.Benchmarks.Compare;

namespace Backup.Engine.Tests.Kit;

/// <summary>The line that makes a server distant in benchmarks.</summary>
public sealed class SlowLineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_is_sent_arrives_and_comes_back()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var line = new SlowLine((IPEndPoint)server.LocalEndpoint, TimeSpan.FromMilliseconds(2));
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(line.Address);
        using Socket accepted = await server.AcceptSocketAsync();
        byte[] sent = new byte[300_000];
        new Random(1).NextBytes(sent);

        Task echo = Task.Run(async () =>
        {
            await using var stream = new NetworkStream(accepted);
            await stream.CopyToAsync(stream);
            accepted.Shutdown(SocketShutdown.Send);
        });
        await using var connection = new NetworkStream(client);
        Task sending = Task.Run(async () =>
        {
            await connection.WriteAsync(sent);
            client.Shutdown(SocketShutdown.Send);
        });
        using var received = new MemoryStream();
        await connection.CopyToAsync(received).WaitAsync(Patience);
        await Task.WhenAll(echo, sending);

        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task Who_sends_to_somebody_who_is_gone_learns_it()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var line = new SlowLine((IPEndPoint)server.LocalEndpoint, TimeSpan.FromMilliseconds(2));
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(line.Address);
        using Socket accepted = await server.AcceptSocketAsync();
        byte[] block = new byte[1024 * 1024];
        Task endless = Task.Run(async () =>
        {
            while (true)
            {
                await accepted.SendAsync(block);
            }
        });
        await client.ReceiveAsync(block);

        client.LingerState = new LingerOption(true, 0); // resets the connection
        client.Dispose();

        await Assert.ThrowsAsync<SocketException>(() => endless.WaitAsync(Patience));
    }
}
