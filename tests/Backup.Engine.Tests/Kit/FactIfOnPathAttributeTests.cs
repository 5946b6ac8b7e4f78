namespace Backup.Engine.Tests.Kit;

public sealed class FactIfOnPathAttributeTests
{
    [Fact]
    public void A_missing_program_is_the_reason_to_skip()
    {
        var attribute = new FactIfOnPathAttribute("dotnet", "no-such-program-anywhere");

        Assert.Equal("Needs no-such-program-anywhere on PATH.", attribute.Skip);
    }

    [Fact]
    public void Nothing_is_skipped_when_all_programs_are_there()
    {
        var attribute = new FactIfOnPathAttribute("dotnet");

        Assert.Null(attribute.Skip);
    }

    [Fact]
    public void What_needs_root_is_skipped_for_others()
    {
        var attribute = new FactIfOnPathAttribute { AsRoot = true };

        Assert.Equal(Environment.IsPrivilegedProcess ? null : "Needs root.", attribute.Skip);
    }

    [FactIfOnPath("dotnet")]
    public void A_program_is_run_to_its_end_and_its_output_kept()
    {
        string output = ExternalProgram.Named("dotnet").Run("--version");

        Assert.StartsWith("10.", output, StringComparison.Ordinal);
    }

    [FactIfOnPath("dotnet")]
    public void A_failing_program_is_told_with_its_exit_code()
    {
        ExternalProgram program = ExternalProgram.Named("dotnet");

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => program.Run("no-such-command-at-all"));

        Assert.Contains("ended with", error.Message, StringComparison.Ordinal);
    }
}
