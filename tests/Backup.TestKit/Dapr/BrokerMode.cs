namespace Backup.TestKit.Dapr;

/// <summary>What a broker does with a message that the application failed at, when there is no dead letter topic.</summary>
public enum BrokerMode
{
    /// <summary>As Redis since Dapr 1.17: it is taken for done, and lost.</summary>
    AckOnError,

    /// <summary>As most others: it comes again, a number of times.</summary>
    Redeliver,
}
