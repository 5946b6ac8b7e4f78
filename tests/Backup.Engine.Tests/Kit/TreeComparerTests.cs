using Backup.TestKit.Files;

namespace Backup.Engine.Tests.Kit;

public sealed class TreeComparerTests
{
    private static readonly TheoryData<string, Action<PosixFolder>> Changes = new()
    {
        { "third: has another content", folder => Overwrite(folder, "third", "abd") },
        { "third: has 4 bytes, not 3", folder => Overwrite(folder, "third", "abcd") },
        { "third: has mode 100640, not 100600", folder => folder.SetMode("third", 0x1A0) },
        { "third: is from 1000.000000006, not 1000.000000005", folder => folder.SetModTime("third", 1_000, 6) },
        { "link: is from 1000.000000006, not 1000.000000005", folder => folder.SetModTime("link", 1_000, 6) },
        { "third: has user.a = 02, not 01", folder => folder.SetAttribute("third", "user.a", [2]) },
        { "third: has user.b = 02, not nothing", folder => folder.SetAttribute("third", "user.b", [2]) },
        { "link: missing (SymbolicLink)", folder => folder.Delete("link") },
        { "socket: missing (Socket)", folder => folder.Delete("socket") },
        { "<A><DCFF>: should not be there (Fifo)", folder => folder.MakeNode("\n\uDCFF", PosixKind.Fifo) },
        { "link: leads to elsewhere, not file", folder => Replace(folder, "link", () => folder.MakeSymbolicLink("link", "elsewhere")) },
        { "socket: is a Fifo, not a Socket", folder => Replace(folder, "socket", () => folder.MakeNode("socket", PosixKind.Fifo)) },
        { "second: is the same file as second, not file", folder => Replace(folder, "second", () => WriteFile(folder, "second")) },
        { "third: is the same file as file, not third", folder => Replace(folder, "third", () => folder.MakeHardLink("file", folder, "third")) },
    };

    public static TheoryData<string> Names => new(Changes.Select(row => (string)row[0]));

    [TheoryIfOnPath]
    [MemberData(nameof(Names))]
    public void Every_kind_of_difference_is_found(string expected)
    {
        using var temp = new TempFolder();
        using PosixFolder first = Fill(temp.CreateFolder("first"));
        using PosixFolder second = Fill(temp.CreateFolder("second"));
        var change = (Action<PosixFolder>)Changes.Single(row => (string)row[0] == expected)[1];

        Assert.Empty(Compare(temp));
        change(second);

        Assert.Equal([expected], Compare(temp));
    }

    private static IReadOnlyList<string> Compare(TempFolder temp) => TreeComparer.Differences(
        temp.Combine("first"), temp.Combine("second"), TreeAspects.All & ~TreeAspects.Top);

    private static PosixFolder Fill(string path)
    {
        PosixFolder folder = PosixFolder.Open(path);
        WriteFile(folder, "file");
        folder.MakeHardLink("file", folder, "second");
        WriteFile(folder, "third");
        folder.MakeSymbolicLink("link", "file");
        folder.SetModTime("link", 1_000, 5);
        folder.MakeNode("socket", PosixKind.Socket);
        folder.SetModTime("socket", 1_000, 5);
        return folder;
    }

    private static void WriteFile(PosixFolder folder, string name)
    {
        folder.WriteFile(name, "abc"u8);
        folder.SetAttribute(name, "user.a", [1]);
        folder.SetModTime(name, 1_000, 5);
    }

    private static void Overwrite(PosixFolder folder, string name, string content)
    {
        using (Microsoft.Win32.SafeHandles.SafeFileHandle file = folder.OpenWrite(name))
        {
            RandomAccess.Write(file, System.Text.Encoding.UTF8.GetBytes(content), 0);
        }

        folder.SetModTime(name, 1_000, 5);
    }

    private static void Replace(PosixFolder folder, string name, Action create)
    {
        folder.Delete(name);
        create();
        folder.SetModTime(name, 1_000, 5);
    }
}
