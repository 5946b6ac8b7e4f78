using System.Globalization;
using Backup.Engine.Json;

namespace Backup.Engine.Repositories;

/// <summary>The document in a lock file: who works on the repository, and since when nothing was heard of them.</summary>
/// <param name="Time">When the lock was made or last refreshed.</param>
/// <param name="Exclusive">Whether nobody else may work on the repository.</param>
/// <param name="Holder">Who holds it.</param>
/// <remarks>Format: restic design document, «Locks». The fields «instance» and «prunes» are ours; restic passes them over.</remarks>
internal sealed record LockFile(Timestamp Time, bool Exclusive, LockIdentity Holder)
{
    /// <summary>A holder refreshes its lock so often.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(5);

    /// <summary>A lock that was not refreshed for so long is nobody's any more.</summary>
    public static readonly TimeSpan StaleAge = TimeSpan.FromMinutes(30);

    /// <summary>Whether its holder prunes while others work: then nobody else may do that, too.</summary>
    public bool IsPruning { get; init; }

    /// <summary>Reads a lock file.</summary>
    /// <param name="json">Its content, decrypted.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="RepositoryDamagedException">It is no lock file.</exception>
    public static LockFile Decode(ReadOnlySpan<byte> json, Digest name)
    {
        var cursor = new JsonCursor(json, "lock", name);
        var file = new LockFile(Rfc3339.Missing, false, new LockIdentity("", "", 0, 0, 0));
        cursor.BeginObject();
        while (cursor.NextField())
        {
            file = ReadField(ref cursor, file);
        }

        cursor.ReadEnd();
        return file;
    }

    /// <summary>The lock file as restic writes it.</summary>
    public byte[] Encode()
    {
        var json = new GoJsonWriter();
        json.WriteRaw("{\"time\":"u8);
        json.WriteTime(Time);
        json.WriteRaw(Exclusive ? ",\"exclusive\":true,\"hostname\":"u8 : ",\"exclusive\":false,\"hostname\":"u8);
        json.WriteString(Holder.Hostname);
        json.WriteRaw(",\"username\":"u8);
        json.WriteString(Holder.Username);
        json.WriteRaw(",\"pid\":"u8);
        json.WriteNumber(Holder.Pid);
        if (Holder.Uid != 0)
        {
            json.WriteRaw(",\"uid\":"u8);
            json.WriteNumber((ulong)Holder.Uid);
        }

        if (Holder.Gid != 0)
        {
            json.WriteRaw(",\"gid\":"u8);
            json.WriteNumber((ulong)Holder.Gid);
        }

        if (Holder.Instance.Length > 0)
        {
            json.WriteRaw(",\"instance\":"u8);
            json.WriteString(Holder.Instance);
        }

        json.WriteRaw(IsPruning ? ",\"prunes\":true}"u8 : "}"u8);
        return json.Written.ToArray();
    }

    /// <summary>
    /// Whether its holder is gone: it has not refreshed the lock for half an hour, or we would see its process if it lived.
    /// </summary>
    /// <param name="us">Who asks.</param>
    /// <param name="now">The time.</param>
    public bool IsStale(LockIdentity us, DateTimeOffset now) =>
        Age(now) > StaleAge || (us.Sees(Holder) && !ProcessCalls.Exists(Holder.Pid));

    /// <summary>Whether the lock and a new one can't be held at the same time.</summary>
    public bool ConflictsWith(LockKind wanted) =>
        Exclusive || wanted == LockKind.Exclusive || (IsPruning && wanted == LockKind.Pruning);

    /// <summary>The error for somebody whom this lock keeps out: who holds it, and how to go on.</summary>
    public RepositoryLockedException Conflict(string location, LockIdentity us, DateTimeOffset now)
    {
        string how = Exclusive ? "locked exclusively" : IsPruning ? "being pruned" : "in use";
        string advice = IsStale(us, now)
            ? $"It is left over: remove it with {Remedy.Unlock}."
            : $"Wait until that is done, or let the lock be waited for; if that process is gone, remove its lock with {Remedy.Unlock}.";
        return new RepositoryLockedException(
            $"The repository {location} is {how} by {Holder.Username}@{Holder.Hostname} (process {Holder.Pid}); "
                + $"the lock is from {Time}, {Describe(Age(now))} ago. {advice}");
    }

    private static string Describe(TimeSpan age) => age.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)age.TotalSeconds)} seconds")
        : age.TotalHours < 2
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} minutes")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)age.TotalHours} hours");

    private static LockFile ReadField(ref JsonCursor cursor, LockFile file)
    {
        ReadOnlySpan<byte> name = cursor.FieldName;
        if (name.SequenceEqual("time"u8))
        {
            return file with { Time = cursor.ReadTime() };
        }

        if (name.SequenceEqual("exclusive"u8))
        {
            return file with { Exclusive = ReadFlag(ref cursor, "exclusive") };
        }

        if (name.SequenceEqual("hostname"u8))
        {
            return file with { Holder = file.Holder with { Hostname = cursor.ReadString() } };
        }

        if (name.SequenceEqual("username"u8))
        {
            return file with { Holder = file.Holder with { Username = cursor.ReadString() } };
        }

        if (name.SequenceEqual("pid"u8))
        {
            // Out of range it is no process here, and «0» says that it can't be judged by that.
            long pid = cursor.ReadInt64();
            return file with { Holder = file.Holder with { Pid = pid is > 0 and <= int.MaxValue ? (int)pid : 0 } };
        }

        if (name.SequenceEqual("uid"u8))
        {
            return file with { Holder = file.Holder with { Uid = cursor.ReadUInt32() } };
        }

        if (name.SequenceEqual("gid"u8))
        {
            return file with { Holder = file.Holder with { Gid = cursor.ReadUInt32() } };
        }

        if (name.SequenceEqual("instance"u8))
        {
            return file with { Holder = file.Holder with { Instance = cursor.ReadString() } };
        }

        if (name.SequenceEqual("prunes"u8))
        {
            return file with { IsPruning = ReadFlag(ref cursor, "prunes") };
        }

        cursor.SkipValue();
        return file;
    }

    private static bool ReadFlag(ref JsonCursor cursor, string name)
    {
        ReadOnlySpan<byte> value = cursor.ReadRaw();
        return value.SequenceEqual("true"u8)
            || (value.SequenceEqual("false"u8) || value.SequenceEqual("null"u8) ? false : throw cursor.Damaged($"«{name}» is neither true nor false"));
    }

    private TimeSpan Age(DateTimeOffset now) => now - Time.ToDateTimeOffset();
}
