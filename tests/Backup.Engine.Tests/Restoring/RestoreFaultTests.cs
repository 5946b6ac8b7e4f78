using System.Security.Cryptography;

namespace Backup.Engine.Tests.Restoring;

/// <summary>Whatever fails: it is said, the rest is restored, and no half-written file is to be seen.</summary>
public sealed class RestoreFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ForgedRepository _repository = new();
    private readonly Dictionary<string, byte[]> _contents = new()
    {
        ["large"] = RandomNumberGenerator.GetBytes(500_000),
        ["middle"] = RandomNumberGenerator.GetBytes(50_000),
        ["small"] = "small"u8.ToArray(),
    };

    [Fact]
    public async Task Each_call_of_the_backend_may_fail_once()
    {
        Snapshot snapshot = await SaveAsync();
        FaultyBackend recording = FaultyBackend.Recording(_repository.Backend);
        await _repository.RestoreAsync(OptionsFor(snapshot, "recorded"), recording);
        Assert.InRange(recording.CallCount, 5, 100);

        for (int n = 1; n <= recording.CallCount; n++)
        {
            string target = $"target{n}";
            _folder.WriteFile($"{target}/large", "predecessor");
            FaultyBackend failing = FaultyBackend.FailsBefore(_repository.Backend, n);

            string? message;
            try
            {
                RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot, target), failing);
                message = summary.Errors.Count > 0 ? summary.Errors[0].Message : null;
                Assert.Equal(summary.ErrorCount > 0, message is not null);
            }
            catch (BackupException exception)
            {
                message = exception.Message;
            }

            Assert.True(message?.Contains("The test lets", StringComparison.Ordinal), $"Call {n} failed in silence: {message}");
            AssertWholeFilesOnly(target);
        }
    }

    [Fact]
    public async Task A_backend_that_dies_leaves_whole_files_only()
    {
        Snapshot snapshot = await SaveAsync();
        FaultyBackend recording = FaultyBackend.Recording(_repository.Backend);
        await _repository.RestoreAsync(OptionsFor(snapshot, "recorded"), recording);

        for (int n = 1; n <= recording.CallCount; n++)
        {
            FaultyBackend dying = FaultyBackend.StopsAfter(_repository.Backend, n);
            string target = $"target{n}";
            _folder.CreateFolder(target);
            try
            {
                RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot, target), dying);
                Assert.NotEqual(0, summary.ErrorCount);
            }
            catch (BackupException)
            {
                // It has said so.
            }

            AssertWholeFilesOnly(target);
        }
    }

    [Fact]
    public async Task A_damaged_blob_costs_only_its_files()
    {
        Snapshot snapshot = await SaveAsync();
        _folder.WriteFile("target/large", "predecessor");
        var damaging = new DamagingBackend(_repository.Backend, offset: 300_000);

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot, "target"), damaging);

        Assert.NotEmpty(summary.Errors);
        Assert.All(summary.Errors, error => Assert.Equal(RestoreIssueKind.Damaged, error.Kind));
        Assert.Equal(3, summary.FilesRestored + summary.FilesUpdated + summary.ErrorCount);
        Assert.Contains("blob", summary.Errors[0].Message, StringComparison.Ordinal);
        AssertWholeFilesOnly("target");
    }

    [Fact]
    public async Task Cancelling_leaves_whole_files_only()
    {
        Snapshot snapshot = await SaveAsync();
        using var cancellation = new CancellationTokenSource();
        var cancelling = new CancellingBackend(_repository.Backend, cancellation, afterDataBytes: 250_000);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _repository.RestoreAsync(
            OptionsFor(snapshot, "target"), cancelling, cancellationToken: cancellation.Token));

        AssertWholeFilesOnly("target");
    }

    [Fact]
    public async Task A_restore_that_was_cut_short_goes_on_where_it_stopped()
    {
        Snapshot snapshot = await SaveAsync();
        FaultyBackend recording = FaultyBackend.Recording(_repository.Backend);
        await _repository.RestoreAsync(OptionsFor(snapshot, "recorded"), recording);
        await _repository.RestoreAsync(
            OptionsFor(snapshot, "target"), FaultyBackend.StopsAfter(_repository.Backend, recording.CallCount));

        RestoreSummary summary = await _repository.RestoreAsync(OptionsFor(snapshot, "target"));

        Assert.Empty(summary.Errors);
        foreach ((string name, byte[] content) in _contents)
        {
            Assert.Equal(content, File.ReadAllBytes(_folder.Combine($"target/{name}")));
        }
    }

    [FactIfMountable]
    public async Task A_full_target_stops_the_restore_and_keeps_whole_files()
    {
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        Snapshot snapshot = await _repository.SaveAsync(
            [.. Enumerable.Range(0, 10).Select(i => _repository.File($"file{i}", [.. content, (byte)i], 1_000_000))]);
        using var disk = new SmallDisk(8 * 1024 * 1024);

        StorageFullException exception = await Assert.ThrowsAsync<StorageFullException>(
            () => _repository.RestoreAsync(OptionsFor(snapshot, Path.Combine(disk.FullName, "target"))));

        Assert.Contains("full", exception.Message, StringComparison.Ordinal);
        Assert.All(
            Directory.GetFiles(Path.Combine(disk.FullName, "target")),
            path => Assert.Equal(content, File.ReadAllBytes(path)[..content.Length]));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(disk.FullName, "target")), path => Path.GetFileName(path).StartsWith('.'));
    }

    public void Dispose() => _folder.Dispose();

    private Task<Snapshot> SaveAsync() => _repository.SaveAsync(
        _repository.File("large", _contents["large"], 100_000),
        _repository.Folder("folder", _repository.Folder("inner")),
        _repository.File("middle", _contents["middle"]),
        _repository.File("small", _contents["small"]));

    private RestoreOptions OptionsFor(Snapshot snapshot, string target) =>
        new() { Snapshot = snapshot.Id.ToString(), Target = _folder.Combine(target) };

    private void AssertWholeFilesOnly(string target)
    {
        string folder = _folder.Combine(target);
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
        {
            byte[] content = File.ReadAllBytes(path);
            Assert.True(_contents.TryGetValue(Path.GetFileName(path), out byte[]? expected), $"{path} should not be there.");
            Assert.True(
                content.AsSpan().SequenceEqual(expected) || content.AsSpan().SequenceEqual("predecessor"u8), $"{path} is half-written.");
        }
    }

    /// <summary>Flips a bit of each larger pack whenever it is read.</summary>
    private sealed class DamagingBackend(IBackend inner, long offset) : DelegatingBackend(inner)
    {
        public override async Task LoadRangeAsync(
            FileHandle file, long begin, Memory<byte> destination, CancellationToken cancellationToken)
        {
            await base.LoadRangeAsync(file, begin, destination, cancellationToken);
            if (begin <= offset && offset < begin + destination.Length)
            {
                destination.Span[(int)(offset - begin)] ^= 1;
            }
        }
    }

    /// <summary>Cancels when so much of packs has been read.</summary>
    private sealed class CancellingBackend(IBackend inner, CancellationTokenSource cancellation, long afterDataBytes) : DelegatingBackend(inner)
    {
        private long _read;

        public override async Task LoadRangeAsync(
            FileHandle file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            await base.LoadRangeAsync(file, offset, destination, cancellationToken);
            if (Interlocked.Add(ref _read, destination.Length) > afterDataBytes)
            {
                await cancellation.CancelAsync();
            }
        }
    }
}
