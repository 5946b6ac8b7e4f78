namespace Backup.Engine.Tests;

/// <summary>
/// The engine's public members are those of <c>PublicApi.txt</c>. After a wanted change <c>UPDATE_PUBLIC_API=1 dotnet test
/// --filter PublicApi</c> writes that file anew; its diff is what other people's code notices.
/// </summary>
public sealed class PublicApiTests
{
    private const string Agreed = "tests/Backup.Engine.Tests/PublicApi.txt";

    [Fact]
    public void The_public_members_are_those_that_were_agreed_upon()
    {
        string path = SourceTree.Combine(Agreed);
        string[] now = [.. PublicApi.Of(typeof(Repository).Assembly)];
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(path, string.Join('\n', now) + "\n");
        }

        string[] agreed = File.ReadAllLines(path);

        Assert.Equal(agreed.Except(now), now.Except(agreed)); // both empty, or the message shows what differs
        Assert.Equal(agreed, now);
    }
}
