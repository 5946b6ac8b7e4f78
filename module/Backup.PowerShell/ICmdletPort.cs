namespace Backup.PowerShell;

/// <summary>What a cmdlet can say. Only the pipeline thread may call it.</summary>
internal interface ICmdletPort
{
    /// <summary>Hands an object down the pipeline.</summary>
    void Emit(object value);

    /// <summary>Says what went wrong with one item while the others go on.</summary>
    void Fail(Fault fault);

    /// <summary>Shows how far it is.</summary>
    void Progress(ProgressInfo progress);

    /// <summary>Says a decision.</summary>
    void Verbose(string text);

    /// <summary>Says what is surprising, but done.</summary>
    void Warn(string text);
}
