using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Backup.Benchmarks.Compare;

/// <summary>
/// Stands before a server on this machine and makes it distant: whatever goes through takes half a round trip longer in each
/// direction, and a new connection costs a round trip, as TCP's does. It costs no bandwidth.
/// </summary>
internal sealed class SlowLine : IAsyncDisposable
{
    private const int BlockLength = 64 * 1024;

    /// <summary>Blocks on their way in one direction of a connection: 16 MiB, more than a pack has in 50 ms.</summary>
    private const int MaxOnTheWay = 256;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly IPEndPoint _server;
    private readonly TimeSpan _roundTrip;
    private readonly Task _accepting;

    /// <summary>Starts it.</summary>
    public SlowLine(IPEndPoint server, TimeSpan roundTrip)
    {
        (_server, _roundTrip) = (server, roundTrip);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_end.Token);
                connections.RemoveAll(connection => connection.IsCompleted);
                connections.Add(Task.Run(() => ConnectAsync(client)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
        {
            try
            {
                client.NoDelay = true;
                await Task.Delay(_roundTrip, _end.Token);
                await server.ConnectAsync(_server, _end.Token);
                using var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                await Task.WhenAll(PassAsync(client, server, end), PassAsync(server, client, end));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // One of both has gone; the other one learns it when its socket is closed.
            }
        }
    }

    /// <summary>Passes on what comes until there is no more. What fails ends both directions: nobody waits for what never comes.</summary>
    private async Task PassAsync(Socket from, Socket to, CancellationTokenSource end)
    {
        var onTheWay = Channel.CreateBounded<(long Sent, byte[] Bytes)>(MaxOnTheWay);
        await Task.WhenAll(EndingAsync(SendAsync), EndingAsync(DeliverAsync));

        async Task EndingAsync(Func<Task> half)
        {
            try
            {
                await half();
            }
            catch
            {
                await end.CancelAsync();
                throw;
            }
        }

        async Task SendAsync()
        {
            byte[] block = new byte[BlockLength];
            while (await from.ReceiveAsync(block, end.Token) is int length and > 0)
            {
                await onTheWay.Writer.WriteAsync((Stopwatch.GetTimestamp(), block[..length]), end.Token);
            }

            onTheWay.Writer.Complete();
        }

        async Task DeliverAsync()
        {
            await foreach ((long sent, byte[] bytes) in onTheWay.Reader.ReadAllAsync(end.Token))
            {
                TimeSpan left = (_roundTrip / 2) - Stopwatch.GetElapsedTime(sent);
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left, end.Token);
                }

                for (int written = 0; written < bytes.Length;)
                {
                    written += await to.SendAsync(bytes.AsMemory(written), end.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
    }
}
