namespace Backup.TestKit.Dapr;

/// <summary>What the application answered to daprd.</summary>
internal sealed record AppAnswer(int Status, byte[] Body)
{
    public bool IsSuccess => Status is >= 200 and <= 299;
}
