using Backup.Engine;

namespace Backup.PowerShell.Tests;

/// <summary>Nobody who uses the module reads of options of the command line.</summary>
public sealed class WordingTests
{
    [Fact]
    public void Whatever_the_engine_tells_people_to_do_has_a_cmdlet_or_parameter()
    {
        IEnumerable<string> remedies = typeof(Remedy).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.NotEmpty(remedies);
        Assert.All(remedies, remedy => Assert.Matches("^([A-Z][a-z]+-Backup[A-Za-z]+( -[A-Z][A-Za-z]+)?|-[A-Z][A-Za-z]+)$", Wording.Of(remedy)));
    }

    [Theory]
    [InlineData("Set ‹s3.region=eu-west-1›.", "Set -Option @{ 's3.region' = 'eu-west-1' }.")]
    [InlineData("Say ‹rclone.program=/it's/here›, or ‹unlock›.", "Say -Option @{ 'rclone.program' = '/it''s/here' }, or Unlock-BackupRepository.")]
    [InlineData("There is no snapshot «unlock».", "There is no snapshot «unlock».")]
    [InlineData("‹What a newer engine may say›", "‹What a newer engine may say›")]
    public void A_message_is_in_the_modules_words(string message, string expected) => Assert.Equal(expected, Wording.Of(message));

    [Fact]
    public void Faults_are_told_so()
    {
        var fault = ErrorMap.Of(new BackendException("Set ‹s3.region=eu-west-1›.", isTransient: false), null);

        Assert.Equal("Set -Option @{ 's3.region' = 'eu-west-1' }.", fault.Message);
    }
}
