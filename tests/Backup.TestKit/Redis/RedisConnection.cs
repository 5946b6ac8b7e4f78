using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Backup.TestKit.Redis;

/// <summary>Speaks Redis's protocol (RESP2) over one connection, one command at a time.</summary>
public sealed class RedisConnection : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Stream _stream;

    /// <summary>Connects.</summary>
    public RedisConnection(RedisServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        _socket.Connect(new UnixDomainSocketEndPoint(server.Socket));
        _stream = new BufferedStream(new NetworkStream(_socket), 1 << 16);
    }

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The command and what follows: texts, byte arrays, numbers.</param>
    /// <returns>A text, a number, bytes, null or an array of these.</returns>
    /// <exception cref="InvalidOperationException">Redis answered with an error; the message is its own.</exception>
    public object? Run(params object[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        lock (_gate)
        {
            Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{arguments.Length}\r\n")));
            foreach (object argument in arguments)
            {
                byte[] bytes = argument as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(argument, CultureInfo.InvariantCulture) ?? "");
                Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${bytes.Length}\r\n")));
                Write(bytes);
                Write("\r\n"u8);
            }

            _stream.Flush();
            return Read();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    private object? Read()
    {
        string line = ReadLine();
        return line[0] switch
        {
            '+' => line[1..],
            '-' => throw new InvalidOperationException(line[1..]),
            ':' => long.Parse(line[1..], CultureInfo.InvariantCulture),
            '$' => ReadBytes(int.Parse(line[1..], CultureInfo.InvariantCulture)),
            '*' => ReadArray(int.Parse(line[1..], CultureInfo.InvariantCulture)),
            _ => throw new InvalidDataException($"Redis answered «{line}»."),
        };
    }

    private object?[] ReadArray(int count)
    {
        object?[] items = new object?[Math.Max(0, count)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Read();
        }

        return items;
    }

    private byte[]? ReadBytes(int count)
    {
        if (count < 0)
        {
            return null;
        }

        byte[] bytes = new byte[count];
        _stream.ReadExactly(bytes);
        ReadLine();
        return bytes;
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (int next = _stream.ReadByte(); next != '\n'; next = _stream.ReadByte())
        {
            if (next < 0)
            {
                throw new EndOfStreamException("Redis hung up.");
            }

            line.Append((char)next);
        }

        return line.ToString().TrimEnd('\r');
    }
}
