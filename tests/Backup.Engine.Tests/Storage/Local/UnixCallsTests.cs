using Backup.Engine.Storage.Local;

namespace Backup.Engine.Tests.Storage.Local;

public sealed class UnixCallsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [FactOnLinux]
    public void A_file_moves_to_a_free_name()
    {
        string from = _folder.WriteFile("from", "new");

        Assert.True(UnixCalls.TryMove(from, _folder.Combine("to")));

        Assert.Equal("new", File.ReadAllText(_folder.Combine("to")));
        Assert.False(File.Exists(from));
    }

    [FactOnLinux]
    public void A_file_moves_by_links_where_nothing_else_works()
    {
        string from = _folder.WriteFile("from", "new");

        Assert.True(UnixCalls.TryMoveByLink(from, _folder.Combine("to")));

        Assert.Equal("new", File.ReadAllText(_folder.Combine("to")));
        Assert.False(File.Exists(from));
    }

    [FactOnLinux]
    public void A_name_that_is_taken_stays_what_it_is()
    {
        string from = _folder.WriteFile("from", "new");
        string to = _folder.WriteFile("to", "old");

        Assert.False(UnixCalls.TryMove(from, to));
        Assert.False(UnixCalls.TryMoveByLink(from, to));

        Assert.Equal("old", File.ReadAllText(to));
        Assert.True(File.Exists(from));
    }

    [FactOnLinux]
    public void What_is_missing_is_told_as_dotnet_tells_it()
    {
        Assert.Throws<FileNotFoundException>(() => UnixCalls.OpenForReading(_folder.Combine("none")).Dispose());
        Assert.Throws<FileNotFoundException>(() => UnixCalls.TryMove(_folder.Combine("none"), _folder.Combine("to")));
        Assert.Throws<FileNotFoundException>(() => UnixCalls.TryMoveByLink(_folder.Combine("none"), _folder.Combine("to")));
    }

    public void Dispose() => _folder.Dispose();
}
