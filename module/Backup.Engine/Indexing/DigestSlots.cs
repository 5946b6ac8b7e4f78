using System.Numerics;
using System.Runtime.Intrinsics;

namespace Backup.Engine.Indexing;

/// <summary>
/// Finds numbers by hash: a table of four bytes per number, filled to 7/8. The numbers' keys are elsewhere; a slot has
/// the number and, in the bits that it leaves free, some of the hash, so that unknown keys are hardly ever looked at.
/// One thread at a time may add, any may search meanwhile.
/// </summary>
internal sealed class DigestSlots
{
    // A group is a cache line. A number goes to the first group with a free slot from its own on, so a search may end
    // at a group that has one.
    private const int GroupLength = 16;
    private const int FilledPerGroup = 14;

    private readonly uint[] _slots; // 0 is free; else the number + 1 in the bits of the mask
    private readonly uint _groupCount;
    private readonly uint _numberMask;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">How many numbers it has to hold, each less than this.</param>
    public DigestSlots(int capacity)
    {
        _groupCount = (uint)(capacity / FilledPerGroup) + 1;
        _slots = new uint[checked((int)_groupCount * GroupLength)];
        Capacity = (int)Math.Min(int.MaxValue, (long)_groupCount * FilledPerGroup);
        _numberMask = (uint)(BitOperations.RoundUpToPowerOf2((ulong)Capacity + 1) - 1);
    }

    /// <summary>How many numbers it holds at most, and what they have to be less than.</summary>
    public int Capacity { get; }

    /// <summary>How many numbers there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory.</summary>
    public long MemoryInBytes => (long)_slots.Length * sizeof(uint);

    /// <summary>
    /// The capacity of the table that replaces a full one. Only a sixteenth more: a table that doubles is half empty at times.
    /// </summary>
    public static int GrownCapacity(int count) => (int)Math.Min(int.MaxValue, count + (count / 16L) + 64);

    /// <summary>Adds a number.</summary>
    /// <param name="hash">Of its key. The same number or hash may be added again.</param>
    /// <param name="number">0 … <see cref="Capacity"/> - 1.</param>
    public void Add(ulong hash, int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)Capacity, nameof(number));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Count, Capacity);
        uint group = GroupOf(hash);
        while (true)
        {
            int place = (int)group * GroupLength;
            int free = _slots.AsSpan(place, GroupLength).IndexOf(0u);
            if (free >= 0)
            {
                Count++;
                Volatile.Write(ref _slots[place + free], ((uint)hash & ~_numberMask) | ((uint)number + 1));
                return;
            }

            group = Next(group);
        }
    }

    /// <summary>The numbers that may be of a key with this hash: compare their keys.</summary>
    public Candidates Find(ulong hash) => new(this, hash);

    // The high half of the hash chooses the group, the low one is what is kept of it.
    private uint GroupOf(ulong hash) => (uint)(((hash >> 32) * _groupCount) >> 32);

    private uint Next(uint group) => group + 1 == _groupCount ? 0 : group + 1;

    /// <summary>Goes through the numbers that may be meant.</summary>
    public ref struct Candidates
    {
        private readonly DigestSlots _table;
        private readonly uint _wanted;
        private uint _group;
        private uint _matches;
        private bool _isLast;

        /// <summary>Starts before the first.</summary>
        public Candidates(DigestSlots table, ulong hash)
        {
            _table = table;
            _wanted = (uint)hash & ~table._numberMask;
            _group = table.GroupOf(hash);
            Look();
        }

        /// <summary>For <c>foreach</c>.</summary>
        public readonly Candidates GetEnumerator() => this;

        /// <summary>The number come to.</summary>
        public int Current { get; private set; }

        /// <summary>Goes to the next one; false if there are no more.</summary>
        public bool MoveNext()
        {
            while (_matches == 0)
            {
                if (_isLast)
                {
                    return false;
                }

                _group = _table.Next(_group);
                Look();
            }

            int slot = BitOperations.TrailingZeroCount(_matches);
            _matches &= _matches - 1;
            Current = (int)((_table._slots[((int)_group * GroupLength) + slot] & _table._numberMask) - 1);
            return true;
        }

        private void Look()
        {
            ReadOnlySpan<uint> slots = _table._slots.AsSpan((int)_group * GroupLength, GroupLength);
            var first = Vector256.Create(slots);
            var second = Vector256.Create(slots[Vector256<uint>.Count..]);
            var wanted = Vector256.Create(_wanted);
            var hashBits = Vector256.Create(~_table._numberMask);
            uint free = Vector256.Equals(first, Vector256<uint>.Zero).ExtractMostSignificantBits()
                | (Vector256.Equals(second, Vector256<uint>.Zero).ExtractMostSignificantBits() << Vector256<uint>.Count);
            uint equal = Vector256.Equals(first & hashBits, wanted).ExtractMostSignificantBits()
                | (Vector256.Equals(second & hashBits, wanted).ExtractMostSignificantBits() << Vector256<uint>.Count);
            _matches = equal & ~free;
            _isLast = free != 0;
            Volatile.ReadBarrier(); // what the slots' numbers stand for was written before them
        }
    }
}
