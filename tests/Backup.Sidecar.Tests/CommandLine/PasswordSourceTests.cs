using System.Text;
using Backup.Engine;
using Backup.Sidecar.CommandLine;

namespace Backup.Sidecar.Tests.CommandLine;

public sealed class PasswordSourceTests
{
    private static readonly PasswordPlace Nowhere = new(File: null, Command: null);

    private readonly Dictionary<string, string> _environment = [];

    [Fact]
    public async Task A_file_counts_without_the_blanks_around_the_password()
    {
        using var folder = new TempFolder();
        string path = folder.WriteFile("pw", "\uFEFF geheim ß \r\n\n");

        Assert.Equal("geheim ß", await FindAsync(new PasswordPlace(path, Command: null)));
    }

    [FactOnLinux]
    public async Task A_command_is_run_without_a_shell() =>
        Assert.Equal("a  $HOME b", await FindAsync(new PasswordPlace(File: null, "printf '%s\\n' 'a  $HOME b'")));

    [FactOnLinux]
    public async Task A_command_that_fails_gives_no_password()
    {
        var error = await Assert.ThrowsAsync<PasswordUnavailableException>(() => FindAsync(new PasswordPlace(File: null, "sh -c 'echo secret; exit 3'")));

        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_named()
    {
        var error = await Assert.ThrowsAsync<PasswordUnavailableException>(() => FindAsync(new PasswordPlace(File: null, "/no/such/program x")));

        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_variables_come_before_those_of_restic_and_options_before_both()
    {
        using var folder = new TempFolder();
        _environment["RESTIC_PASSWORD"] = "restic's";
        Assert.Equal("restic's", await FindAsync(Nowhere));

        _environment["BACKUP_PASSWORD"] = "ours";
        Assert.Equal("ours", await FindAsync(Nowhere));

        _environment["BACKUP_PASSWORD_FILE"] = folder.WriteFile("ours", "from our file");
        Assert.Equal("from our file", await FindAsync(Nowhere));

        Assert.Equal("from the option", await FindAsync(new PasswordPlace(folder.WriteFile("option", "from the option"), Command: null)));
    }

    [Fact]
    public async Task Two_places_of_one_kind_are_refused()
    {
        _environment["RESTIC_PASSWORD_FILE"] = "/pw";
        _environment["RESTIC_PASSWORD_COMMAND"] = "pass";

        await Assert.ThrowsAsync<PasswordUnavailableException>(() => FindAsync(Nowhere));
        await Assert.ThrowsAsync<PasswordUnavailableException>(() => FindAsync(new PasswordPlace("/pw", "pass")));
    }

    [Fact]
    public async Task Without_a_terminal_nobody_is_asked()
    {
        var error = await Assert.ThrowsAsync<UsageException>(() => FindAsync(Nowhere));

        Assert.Contains("--password-file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_password_must_be_meant()
    {
        using var folder = new TempFolder();
        string path = folder.WriteFile("pw", "\n");

        await Assert.ThrowsAsync<UsageException>(() => FindAsync(new PasswordPlace(path, Command: null)));
        Assert.Equal("", await FindAsync(new PasswordPlace(File: null, Command: null, IsEmpty: true)));
    }

    [Fact]
    public void A_password_is_wiped()
    {
        byte[] bytes = "secret"u8.ToArray();

        new Password(bytes, isTyped: false).Dispose();

        Assert.All(bytes, one => Assert.Equal(0, one));
    }

    private async Task<string> FindAsync(PasswordPlace place)
    {
        var source = new PasswordSource(
            Terminal.Of(Stream.Null, Stream.Null), new EnvironmentSettings(_environment.GetValueOrDefault), Interruption.None());
        using Password password = await source.FindAsync(place, isNew: false, CancellationToken.None);
        return Encoding.UTF8.GetString(password.Bytes.Span);
    }
}
