using System.Diagnostics;
using System.Text;
using Backup.Engine.Repositories;

namespace Backup.Engine.Tests.Repositories;

public sealed class LockFileTests
{
    private const string Restics =
        """{"time":"2026-01-02T04:04:05.123456789+01:00","exclusive":true,"hostname":"vm","username":"me","pid":4711,"uid":1000,"gid":100}""";

    private static readonly LockIdentity Us = new("vm", "me", 4711, 1000, 100);
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void What_restic_wrote_is_read_and_written_again()
    {
        LockFile file = Decode(Restics);

        Assert.Equal(new LockFile(new Timestamp(1_767_323_045, 123_456_789, 60), true, Us), file);
        Assert.Equal(Restics, Encoding.UTF8.GetString(file.Encode()));
    }

    [Fact]
    public void Root_has_no_numbers_as_with_restic() => Assert.Equal(
        """{"time":"1970-01-01T00:00:00Z","exclusive":false,"hostname":"vm","username":"root","pid":1}""",
        Encoding.UTF8.GetString(new LockFile(default, false, new LockIdentity("vm", "root", 1, 0, 0)).Encode()));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"time":5}""")]
    [InlineData("""{"exclusive":"yes"}""")]
    [InlineData("""{"prunes":1}""")]
    [InlineData("""{"pid":"1"}""")]
    [InlineData("""{"uid":-1}""")]
    public void What_is_no_lock_is_damage(string json) => Assert.Throws<RepositoryDamagedException>(() => Decode(json));

    [Theory]
    [InlineData(29, false)]
    [InlineData(31, true)]
    [InlineData(-60, false)]
    public void A_lock_of_another_host_is_stale_after_half_an_hour(int ageInMinutes, bool isStale) =>
        Assert.Equal(isStale, LockOf(Us with { Hostname = "other", Pid = DeadPid() }, ageInMinutes).IsStale(Us, Now));

    [Theory]
    [InlineData(29, false)]
    [InlineData(31, true)]
    public void A_lock_of_a_living_process_is_stale_after_half_an_hour(int ageInMinutes, bool isStale) =>
        Assert.Equal(isStale, LockOf(Us with { Pid = Environment.ProcessId }, ageInMinutes).IsStale(Us, Now));

    [Fact]
    public void A_lock_of_a_dead_process_of_this_host_is_stale_at_once() =>
        Assert.True(LockOf(Us with { Pid = DeadPid() }, 0).IsStale(Us, Now));

    [Fact]
    public void A_host_of_the_same_name_is_not_this_one()
    {
        LockFile file = LockOf(Us with { Pid = DeadPid(), Instance = "another" }, 29);

        Assert.False(file.IsStale(Us with { Instance = "this one" }, Now));
        Assert.True(file.IsStale(Us with { Instance = "another" }, Now));
        Assert.True(file.IsStale(Us with { Instance = "another", Hostname = "renamed" }, Now));
        Assert.True((file with { Time = Timestamp.From(Now.AddMinutes(-31)) }).IsStale(Us with { Instance = "this one" }, Now));
    }

    [Fact]
    public void In_a_container_a_lock_with_nothing_but_a_host_s_name_is_not_judged_by_its_process()
    {
        LockIdentity us = Us with { Hostname = "vm/0d0f2a4e-pod", Instance = "container" };

        Assert.False(LockOf(Us with { Pid = DeadPid() }, 29).IsStale(us, Now));
    }

    [Fact]
    public void The_instance_is_kept_and_restic_s_fields_stay_as_they_are()
    {
        LockFile file = Decode(Restics) with { Holder = Us with { Instance = "0123" } };

        string json = Encoding.UTF8.GetString(file.Encode());

        Assert.Equal(Restics[..^1] + ",\"instance\":\"0123\"}", json);
        Assert.Equal(file, Decode(json));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    public void A_number_that_no_process_has_proves_nothing(string pid)
    {
        LockFile file = Decode(Restics.Replace("4711", pid, StringComparison.Ordinal));

        Assert.False(file.IsStale(Us, file.Time.ToDateTimeOffset()));
    }

    [Fact]
    public void Hosts_without_a_name_are_not_the_same() =>
        Assert.False(LockOf(Us with { Hostname = "", Pid = DeadPid() }, 0).IsStale(Us with { Hostname = "" }, Now));

    [Theory]
    [InlineData(nameof(LockKind.Shared), nameof(LockKind.Shared), false)]
    [InlineData(nameof(LockKind.Shared), nameof(LockKind.Pruning), false)]
    [InlineData(nameof(LockKind.Pruning), nameof(LockKind.Pruning), true)]
    [InlineData(nameof(LockKind.Shared), nameof(LockKind.Exclusive), true)]
    [InlineData(nameof(LockKind.Pruning), nameof(LockKind.Exclusive), true)]
    [InlineData(nameof(LockKind.Exclusive), nameof(LockKind.Exclusive), true)]
    public void Only_shared_locks_go_together_and_one_who_prunes(string one, string other, bool conflict)
    {
        Assert.Equal(conflict, Of(one).ConflictsWith(Enum.Parse<LockKind>(other)));
        Assert.Equal(conflict, Of(other).ConflictsWith(Enum.Parse<LockKind>(one)));

        static LockFile Of(string kind) =>
            new(default, kind == nameof(LockKind.Exclusive), Us) { IsPruning = kind == nameof(LockKind.Pruning) };
    }

    [Fact]
    public void That_somebody_prunes_is_kept_and_restic_s_fields_stay_as_they_are()
    {
        LockFile file = Decode(Restics) with { IsPruning = true };

        string json = Encoding.UTF8.GetString(file.Encode());

        Assert.Equal(Restics[..^1] + ",\"prunes\":true}", json);
        Assert.Equal(file, Decode(json));
        Assert.Contains("being pruned", (file with { Exclusive = false }).Conflict("/srv", Us, Now).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_says_who_since_when_and_how_to_go_on()
    {
        LockFile held = LockOf(Us with { Hostname = "other" }, 12);
        LockFile leftOver = LockOf(Us with { Hostname = "other" }, 200);

        string inUse = held.Conflict("/srv/backup", Us, Now).Message;
        string stale = leftOver.Conflict("/srv/backup", Us, Now).Message;

        Assert.All(["/srv/backup", "exclusively", "me@other", "4711", "2026-01-02 02:52:05", "12 minutes ago", "unlock"], part => Assert.Contains(part, inUse, StringComparison.Ordinal));
        Assert.All(["3 hours ago", "left over", Remedy.Unlock], part => Assert.Contains(part, stale, StringComparison.Ordinal));
    }

    [Fact]
    public void Altered_bytes_give_only_our_errors() => PropertyCheck.Holds(random =>
    {
        byte[] json = Encoding.UTF8.GetBytes(Restics);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            json[random.Next(json.Length)] ^= (byte)(1 << random.Next(8));
        }

        Exception? error = Record.Exception(() =>
        {
            LockFile file = LockFile.Decode(json, default);
            _ = file.Conflict("x", Us, Now).Message;
        });

        Assert.True(error is null or RepositoryDamagedException, error?.ToString());
    });

    private static LockFile Decode(string json) => LockFile.Decode(Encoding.UTF8.GetBytes(json), default);

    private static LockFile LockOf(LockIdentity holder, int ageInMinutes) =>
        new(Timestamp.From(Now.AddMinutes(-ageInMinutes)), true, holder);

    private static int DeadPid()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["--version"]) { RedirectStandardOutput = true });
        Assert.NotNull(process);
        process.Kill();
        process.WaitForExit();
        return process.Id;
    }
}
