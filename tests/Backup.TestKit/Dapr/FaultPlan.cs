using System.Text;

namespace Backup.TestKit.Dapr;

/// <summary>Which of the coming calls of daprd go wrong.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<(Func<string, bool> Matches, byte[] Part, FaultKind Kind, int Skip, int Count)> _faults = [];

    /// <summary>Has calls go wrong.</summary>
    /// <param name="kind">How.</param>
    /// <param name="matches">Which, by path (HTTP: with its query; gRPC: the whole method's path); null for all.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="skip">How many of them pass before.</param>
    /// <param name="containing">Only those whose body has this text in it, such as a key.</param>
    public void Add(FaultKind kind, Func<string, bool>? matches = null, int count = 1, int skip = 0, string containing = "")
    {
        lock (_gate)
        {
            _faults.Add((matches ?? (_ => true), Encoding.UTF8.GetBytes(containing), kind, skip, count));
        }
    }

    /// <summary>Nothing more goes wrong.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>Whether anything is still to go wrong.</summary>
    public bool IsPending
    {
        get
        {
            lock (_gate)
            {
                return _faults.Count > 0;
            }
        }
    }

    internal FaultKind? Take(string path, ReadOnlySpan<byte> body)
    {
        lock (_gate)
        {
            for (int i = 0; i < _faults.Count; i++)
            {
                (Func<string, bool> matches, byte[] part, FaultKind kind, int skip, int count) = _faults[i];
                if (!matches(path) || body.IndexOf(part) < 0)
                {
                    continue;
                }

                if (skip > 0)
                {
                    _faults[i] = (matches, part, kind, skip - 1, count);
                    continue;
                }

                if (count == 1)
                {
                    _faults.RemoveAt(i);
                }
                else
                {
                    _faults[i] = (matches, part, kind, 0, count - 1);
                }

                return kind;
            }

            return null;
        }
    }
}
