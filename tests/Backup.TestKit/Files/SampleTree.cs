using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Backup.TestKit.Files;

/// <summary>
/// A folder with something of every kind that a file system can hold: all sizes around the format's limits, holes, hard
/// and symbolic links, strange names, attributes, devices. Linux only; as root there is more in it.
/// </summary>
public sealed class SampleTree
{
    private readonly SampleTreeOptions _options;
    private readonly Random _random;
    private readonly List<string> _omitted = [];

    private SampleTree(string path, SampleTreeOptions options)
    {
        (FullName, _options) = (path, options);
        _random = new Random(options.Seed);
    }

    /// <summary>Its path.</summary>
    public string FullName { get; }

    /// <summary>What could not be created here, and why.</summary>
    public IReadOnlyList<string> Omitted => _omitted;

    /// <summary>How many things are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Creates the folder and everything in it.</summary>
    /// <param name="path">Must not exist; the folder above must.</param>
    /// <param name="options">How much of it.</param>
    public static SampleTree Create(string path, SampleTreeOptions? options = null)
    {
        var tree = new SampleTree(path, options ?? new SampleTreeOptions());
        Directory.CreateDirectory(path);
        using PosixFolder top = PosixFolder.Open(path);
        tree.Fill(top);
        return tree;
    }

    /// <summary>Changes about one small file in a hundred: appends, overwrites, removes, renames and adds.</summary>
    /// <param name="seed">Which ones, and how.</param>
    public void Change(int seed)
    {
        var random = new Random(seed);
        using PosixFolder top = PosixFolder.Open(FullName);
        using PosixFolder many = top.OpenFolder("many");
        foreach (string group in many.Names())
        {
            using PosixFolder folder = many.OpenFolder(group);
            foreach (string name in folder.Names().Where(_ => random.Next(100) == 0))
            {
                ChangeOne(folder, name, random);
            }
        }
    }

    private static void ChangeOne(PosixFolder folder, string name, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                folder.Delete(name);
                break;
            case 1:
                folder.Rename(name, name + " renamed");
                break;
            case 2:
                folder.SetMode(name, 0x180); // 0600
                break;
            case 3:
                folder.WriteFile("new" + random.Next().ToString(CultureInfo.InvariantCulture), SampleContent.Text(random, 3_000));
                break;
            default:
                using (SafeFileHandle file = folder.OpenWrite(name))
                {
                    RandomAccess.Write(file, SampleContent.Text(random, 500), RandomAccess.GetLength(file));
                }

                break;
        }
    }

    private void Fill(PosixFolder top)
    {
        FillFolder(top, "sizes", AddSizes);
        FillFolder(top, "sparse", AddSparse);
        FillFolder(top, "names", AddNames);
        FillFolder(top, "links", AddSymbolicLinks);
        FillFolder(top, "hard links", folder => AddHardLinks(folder, top));
        FillFolder(top, "specials", AddSpecials);
        FillFolder(top, "modes", AddModes);
        FillFolder(top, "times", AddTimes);
        FillFolder(top, "attributes", AddAttributes);
        FillFolder(top, "owners", AddOwners);
        FillFolder(top, "deep", folder => AddDeep(folder, _options.DeeperThanPathsMayBe ? 4_600 : 3_000));
        FillFolder(top, "many", AddMany);
        FillFolder(top, "empty", _ => { });
        foreach (string name in top.Names())
        {
            top.SetModTime(name, 1_600_000_000 + name.Length, 123_456_789);
        }
    }

    private void FillFolder(PosixFolder parent, string name, Action<PosixFolder> fill)
    {
        using PosixFolder folder = parent.MakeFolder(name);
        fill(folder);
        Count++;
    }

    private void AddSizes(PosixFolder folder)
    {
        int[] limits = [1, 2, 64, 4_096, 65_536, 512 * 1024, 1024 * 1024, 8 * 1024 * 1024];
        foreach (int size in limits.Take(_options.LargeFiles ? limits.Length : 6).SelectMany(limit => new[] { limit - 1, limit, limit + 1 }).Distinct())
        {
            Add(folder, $"{size}", SampleContent.Random(_random, size));
            Add(folder, $"{size} zeros", new byte[size]);
        }

        Add(folder, "text", SampleContent.Text(_random, 300_000));
        if (_options.LargeFiles)
        {
            byte[] large = SampleContent.Random(_random, 24 * 1024 * 1024);
            Add(folder, "many chunks", large);
            Add(folder, "the same with an insertion", [.. large.AsSpan(0, 5_000_000), 1, 2, 3, .. large.AsSpan(5_000_000, 5_000_000)]);
        }
    }

    private void AddSparse(PosixFolder folder)
    {
        long[] sizes = _options.LargeFiles ? [1, 4_097, 9_000_000, 40_000_000] : [1, 4_097, 900_000];
        foreach (long size in sizes)
        {
            using SafeFileHandle file = folder.CreateFile($"only a hole of {size}");
            RandomAccess.SetLength(file, size);
            Count++;
        }

        using SafeFileHandle islands = folder.CreateFile("islands");
        foreach (long offset in new long[] { 0, 70_000, 1_048_576, 3_000_001 })
        {
            RandomAccess.Write(islands, SampleContent.Random(_random, 5_000), offset);
        }

        RandomAccess.SetLength(islands, 6_000_000);
        Count++;
    }

    private void AddNames(PosixFolder folder)
    {
        foreach (string name in SampleNames.All)
        {
            Add(folder, name, SampleContent.Text(_random, _random.Next(200)));
        }

        FillFolder(folder, "as folders", below =>
        {
            foreach (string name in SampleNames.All)
            {
                FillFolder(below, name, inner => Add(inner, name, [1]));
            }
        });
    }

    private void AddSymbolicLinks(PosixFolder folder)
    {
        int number = 0;
        IEnumerable<string> targets = _options.OnlyWhatOldResticKeeps
            ? SampleNames.LinkTargets
            : SampleNames.LinkTargets.Concat(SampleNames.RawLinkTargets);
        foreach (string target in targets)
        {
            string name = target == "loop" ? "loop" : $"link {number++}";
            folder.MakeSymbolicLink(name, target);
            folder.SetModTime(name, 1_500_000_000 + number, 1);
            Count++;
        }

        TryTo("owners of symbolic links", () => folder.SetOwner("link 0", 1234, 5678));
        if (!_options.OnlyWhatOldResticKeeps)
        {
            TryTo("attributes of symbolic links", () => folder.SetAttribute("link 0", "trusted.backup", [1, 2, 3]));
        }
    }

    private void AddHardLinks(PosixFolder folder, PosixFolder top)
    {
        Add(folder, "one", SampleContent.Random(_random, 100_000));
        folder.MakeHardLink("one", folder, "two");
        folder.MakeHardLink("one", top, "three, above");
        Add(folder, "empty", []);
        folder.MakeHardLink("empty", folder, "empty, too");
        folder.MakeSymbolicLink("link", "one");
        folder.MakeHardLink("link", folder, "link, too");
        folder.MakeNode("fifo", PosixKind.Fifo);
        folder.MakeHardLink("fifo", folder, "fifo, too");
        Count += 7;
    }

    private void AddSpecials(PosixFolder folder)
    {
        folder.MakeNode("fifo", PosixKind.Fifo);
        folder.MakeNode("socket", PosixKind.Socket);
        Count += 2;
        TryTo("device nodes", () =>
        {
            folder.MakeNode("null", PosixKind.CharacterDevice, 1, 3);
            folder.MakeNode("large numbers", PosixKind.CharacterDevice, 259, 1_000_000);
            folder.MakeNode("disk", PosixKind.BlockDevice, 7, 200);
            Count += 3;
        });
    }

    private void AddModes(PosixFolder folder)
    {
        int[] modes = [0, 0x1, 0x49, 0x100, 0x124, 0x180, 0x1A4, 0x1FF, 0x200 + 0x1ED, 0x400 + 0x1ED, 0x800 + 0x1ED, 0xE00, 0xFFF];
        foreach (int mode in modes)
        {
            string name = Convert.ToString(mode, 8);
            Add(folder, name, [(byte)mode]);
            folder.SetMode(name, mode);
            FillFolder(folder, $"folder {name}", below => Add(below, "file", [1]));
            bool isOpen = Environment.IsPrivilegedProcess || (mode & 0x1C0) == 0x1C0;
            folder.SetMode($"folder {name}", isOpen ? mode : 0x1C0);
        }
    }

    private void AddTimes(PosixFolder folder)
    {
        (long Seconds, uint Nanoseconds)[] times =
        [
            (0, 0), (0, 1), (-1, 999_999_999), (1, 100_000_000), (1_234_567_890, 120_000_000), (1_234_567_890, 999_999_999),
            (-2_147_483_648, 0), (2_147_483_647, 999_999_999), (2_147_483_648, 1), (4_294_967_296, 10), (9_000_000_000, 5), (-86_400, 0),
        ];
        foreach ((long seconds, uint nanoseconds) in times)
        {
            string name = $"{seconds}.{nanoseconds:D9}";
            Add(folder, name, []);
            folder.SetModTime(name, seconds, nanoseconds);
            FillFolder(folder, $"folder {name}", below => Add(below, "file", []));
            folder.SetModTime($"folder {name}", seconds, nanoseconds);
        }
    }

    private void AddAttributes(PosixFolder folder)
    {
        foreach (string name in new[] { "file", "second file" })
        {
            Add(folder, name, [1, 2, 3]);
        }

        FillFolder(folder, "folder", below => Add(below, "inherits", [1]));
        foreach (string name in new[] { "file", "folder" })
        {
            TryTo("extended attributes", () =>
            {
                folder.SetAttribute(name, "user.z last", [0, 1, 255]);
                folder.SetAttribute(name, "user.a first", "text"u8.ToArray());
                folder.SetAttribute(name, "user.empty", []);
                folder.SetAttribute(name, "user.näme <&> \"quoted\"", SampleContent.Random(_random, 1_000));
            });
            TryTo("access control lists", () => folder.SetAttribute(name, "system.posix_acl_access", SampleContent.AccessControlList()));
        }

        TryTo("access control lists", () => folder.SetAttribute("folder", "system.posix_acl_default", SampleContent.AccessControlList()));
        TryTo("trusted attributes", () => folder.SetAttribute("second file", "trusted.backup", [9]));
        TryTo("file capabilities", () => folder.SetAttribute("second file", "security.capability", SampleContent.Capability()));
    }

    private void AddOwners(PosixFolder folder)
    {
        foreach ((uint owner, uint group) in new (uint, uint)[] { (0, 0), (1, 1), (65_534, 65_534), (1234, 5678), (2_000_000_000, 4_000_000_000) })
        {
            string name = $"{owner} and {group}";
            Add(folder, name, [1]);
            FillFolder(folder, $"folder {name}", below => Add(below, "file", [1]));
            TryTo("owners", () =>
            {
                folder.SetOwner(name, owner, group);
                folder.SetOwner($"folder {name}", owner, group);
                folder.SetMode(name, 0x800 + 0x1ED); // after a change of owner: that takes setuid away
            });
        }
    }

    private void AddDeep(PosixFolder folder, int length)
    {
        string name = $"{length,-200}.".Replace(' ', 'd');
        if (length > 0)
        {
            FillFolder(folder, name, below => AddDeep(below, length - name.Length));
        }

        Add(folder, "bottom", SampleContent.Text(_random, 20));
    }

    private void AddMany(PosixFolder folder)
    {
        byte[] repeated = SampleContent.Text(_random, 700);
        int perFolder = Math.Max(1, _options.SmallFiles / 40);
        for (int group = 0; group < 40; group++)
        {
            FillFolder(folder, $"{group:D2} {SampleNames.Ordinary(_random)}", below =>
            {
                for (int file = 0; file < perFolder; file++)
                {
                    byte[] content = (file % 5) switch
                    {
                        0 => repeated,
                        1 => SampleContent.Random(_random, _random.Next(2_000)),
                        _ => SampleContent.Text(_random, _random.Next(2_000)),
                    };
                    Add(below, $"{file} {SampleNames.Ordinary(_random)}", content);
                }
            });
        }
    }

    private void Add(PosixFolder folder, string name, ReadOnlySpan<byte> content)
    {
        folder.WriteFile(name, content);
        Count++;
    }

    /// <summary>What not every file system or user can do is left out, and told.</summary>
    private void TryTo(string what, Action create)
    {
        try
        {
            create();
        }
        catch (IOException exception)
        {
            _omitted.Add($"{what}: {exception.Message}");
        }
    }
}
