using System.Buffers.Binary;

namespace Backup.Engine.Sources;

/// <summary>
/// The first parts of patterns that may begin anywhere, found by name: plain names by a table, so that thousands of
/// them cost no more than one, globs one after the other.
/// </summary>
internal sealed class PatternHeads
{
    private readonly Dictionary<ulong, PatternHead[]> _literals;
    private readonly PatternHead[] _globs;

    /// <summary>Takes the first parts.</summary>
    public PatternHeads(IEnumerable<PatternHead> heads)
    {
        ILookup<bool, PatternHead> byKind = heads.ToLookup(head => head.Part.Literal is not null);
        _literals = byKind[true]
            .GroupBy(head => Fingerprint(head.Part.Literal))
            .ToDictionary(group => group.Key, group => group.ToArray());
        _globs = [.. byKind[false]];
    }

    /// <summary>A position that this name matches, or -1.</summary>
    public int FindFirst(ReadOnlySpan<byte> name)
    {
        Matches matches = FindAll(name);
        return matches.MoveNext() ? matches.Current : -1;
    }

    /// <summary>The positions that this name matches.</summary>
    public Matches FindAll(ReadOnlySpan<byte> name)
    {
        PatternHead[] literals =
            _literals.Count > 0 && _literals.TryGetValue(Fingerprint(name), out PatternHead[]? found) ? found : [];
        return new Matches(name, literals, _globs);
    }

    // Names that share it are told apart by looking.
    private static ulong Fingerprint(ReadOnlySpan<byte> name)
    {
        ulong head = 0;
        ulong tail = 0;
        if (name.Length >= sizeof(ulong))
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(name);
            tail = BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]);
        }
        else
        {
            foreach (byte value in name)
            {
                head = (head << 8) | value;
            }
        }

        return (head * 0x9E37_79B9_7F4A_7C15) ^ (tail * 0xC2B2_AE3D_27D4_EB4F) ^ (ulong)name.Length;
    }

    /// <summary>The positions that a name matches, one after the other.</summary>
    internal ref struct Matches
    {
        private readonly ReadOnlySpan<byte> _name;
        private readonly ReadOnlySpan<PatternHead> _literals;
        private readonly ReadOnlySpan<PatternHead> _globs;
        private int _next;

        public Matches(ReadOnlySpan<byte> name, ReadOnlySpan<PatternHead> literals, ReadOnlySpan<PatternHead> globs)
        {
            _name = name;
            _literals = literals;
            _globs = globs;
        }

        public int Current { get; private set; }

        public readonly Matches GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_next < _literals.Length + _globs.Length)
            {
                PatternHead head = _next < _literals.Length ? _literals[_next] : _globs[_next - _literals.Length];
                _next++;
                if (head.Part.IsMatch(_name))
                {
                    Current = head.Position;
                    return true;
                }
            }

            return false;
        }
    }
}
