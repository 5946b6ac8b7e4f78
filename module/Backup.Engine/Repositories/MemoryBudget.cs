using Backup.Engine.Chunking;

namespace Backup.Engine.Repositories;

/// <summary>
/// How much is under way at once when packs are written, so that it fits into the memory: workers, packs that are filled, packs
/// that are stored. Where memory is ample, that is as much as the machine and the repositories can do.
/// </summary>
internal sealed record MemoryBudget
{
    /// <summary>
    /// Each worker has up to three chunks of 8 MiB: one that it fills, one that waits or is compressed, one that is saved.
    /// </summary>
    private const long BytesPerWorker = 3L * Chunker.MaxLength;

    /// <summary>A chunk of the largest size gets a pack of its own, beside the open one, where packs are no larger than it.</summary>
    private const long LoneChunk = 9L * 1024 * 1024;

    /// <summary>What the process needs of the runtime's memory for everything else.</summary>
    private const long Others = 15L * 1024 * 1024;

    private const int MinPackSize = 4 * 1024 * 1024;

    /// <summary>Threads that cut and compress.</summary>
    public required int Workers { get; init; }

    /// <summary>Packs of each type that are filled at once; 1 only with one worker.</summary>
    public required int OpenPacks { get; init; }

    /// <summary>Packs that are stored at once in each repository, if it can do as many.</summary>
    public required int Uploads { get; init; }

    /// <summary>Whether packs are filled while others are stored.</summary>
    public required bool Overlaps { get; init; }

    /// <summary>No pack is planned to be larger, whatever its repository would like.</summary>
    public int MaxPackSizeInBytes { get; init; } = int.MaxValue;

    /// <summary>The budget for writing to these repositories in this process.</summary>
    /// <param name="repositories">What is written to.</param>
    /// <param name="workers">As many workers as the machine could use.</param>
    /// <exception cref="MemoryLimitException">The least does not fit.</exception>
    public static MemoryBudget For(IReadOnlyList<OpenedRepository> repositories, int workers)
    {
        MemoryBudget budget = Plan(
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            repositories.Min(repository => repository.Options.MemoryLimitInBytes),
            workers,
            [.. repositories.Select(repository => new PackDemand(repository.Options.PackSizeInBytes, repository.Backend.Connections))]);
        if (repositories.FirstOrDefault(repository => repository.Options.PackSizeInBytes > budget.MaxPackSizeInBytes) is { } first)
        {
            first.Options.Warn?.Invoke(
                $"Memory is short ({MemoryLimitException.AvailableText}), so packs get {SizeText.FormatShort(budget.MaxPackSizeInBytes)} instead of {SizeText.FormatShort(first.Options.PackSizeInBytes)}.");
        }

        return budget;
    }

    /// <summary>The most that fits.</summary>
    /// <param name="available">What the process may have at all, in bytes.</param>
    /// <param name="limit">What is wanted to be in flight at most; null: half of what there is, or more where that is too little.</param>
    /// <param name="workers">As many workers as the machine could use.</param>
    /// <param name="demands">What is written to.</param>
    /// <exception cref="MemoryLimitException">The least does not fit.</exception>
    public static MemoryBudget Plan(long available, long? limit, int workers, IReadOnlyList<PackDemand> demands)
    {
        long most = Math.Min(available - Others, limit ?? long.MaxValue);
        long wanted = Math.Min(limit ?? available / 2, most);
        int connections = demands.Max(demand => demand.Connections);
        for (int uploads = connections; uploads > 0; uploads--)
        {
            var ample = new MemoryBudget { Workers = Math.Min(2, workers), OpenPacks = 2, Uploads = uploads, Overlaps = true };
            if (ample.BytesFor(demands) <= wanted)
            {
                long left = wanted - ample.BytesFor(demands);
                return ample with { Workers = (int)Math.Min(workers, ample.Workers + (left / BytesPerWorker)) };
            }
        }

        for (int uploads = connections; uploads > 0; uploads--)
        {
            var little = new MemoryBudget { Workers = 1, OpenPacks = 1, Uploads = uploads, Overlaps = true };
            if (little.BytesFor(demands) <= wanted)
            {
                return little;
            }
        }

        var least = new MemoryBudget { Workers = 1, OpenPacks = 1, Uploads = 1, Overlaps = false };
        for (int size = demands.Max(demand => demand.PackSizeInBytes); least.BytesFor(demands) > most; least = least with { MaxPackSizeInBytes = size })
        {
            if (size == MinPackSize)
            {
                throw TooLittle(available, limit, least.BytesFor(demands));
            }

            size = Math.Max(MinPackSize, size / 2);
        }

        return least;
    }

    /// <summary>At which size a pack of a repository is full.</summary>
    public int PackSize(BlobType type, int wanted) =>
        Math.Min(wanted, type == BlobType.Tree && OpenPacks == 1 ? MinPackSize : MaxPackSizeInBytes);

    /// <summary>How large the array of a pack is: there is room for one more blob of the largest size behind the size when it is full.</summary>
    public static int RoomFor(int packSize) => packSize + Math.Min(packSize, Chunker.MaxLength);

    /// <summary>What it needs at most, in bytes.</summary>
    public long BytesFor(IReadOnlyList<PackDemand> demands) =>
        (Workers * BytesPerWorker) + demands.Sum(demand =>
        {
            long data = RoomFor(PackSize(BlobType.Data, demand.PackSizeInBytes));
            long tree = RoomFor(PackSize(BlobType.Tree, demand.PackSizeInBytes));
            long lone = data <= 2 * Chunker.MaxLength ? LoneChunk : 0;
            int uploads = Math.Min(Uploads, demand.Connections);

            // One worker does not open a pack before the one that it filled is being stored.
            return OpenPacks == 1
                ? tree + lone + (data * (Overlaps ? 1 + uploads : 1))
                : (OpenPacks * (data + tree)) + (data * (1 + uploads));
        });

    private static MemoryLimitException TooLittle(long available, long? limit, long least) => limit < least && least <= available - Others
        ? new MemoryLimitException(
            $"The memory limit is {SizeText.FormatShort(limit.Value)}, but at least {SizeText.FormatShort(least)} are needed. Raise it.")
        : new MemoryLimitException(
            $"At least {SizeText.FormatShort(least + Others)} of memory are needed, but this process may use {SizeText.FormatShort(available)}. Give it more.");
}
