namespace Backup.TestKit.Dapr;

/// <summary>What became of a delivery.</summary>
public enum DeliveryOutcome
{
    /// <summary>The application took it.</summary>
    Success,

    /// <summary>The application or daprd dropped it, and there is no dead letter topic.</summary>
    Dropped,

    /// <summary>It went to the dead letter topic.</summary>
    DeadLettered,

    /// <summary>It failed and the broker will bring it again.</summary>
    Failed,

    /// <summary>It failed and the broker took it for done all the same: lost.</summary>
    Lost,
}
