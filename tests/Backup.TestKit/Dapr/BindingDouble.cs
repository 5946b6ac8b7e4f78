namespace Backup.TestKit.Dapr;

/// <summary>An output binding component.</summary>
public abstract class BindingDouble
{
    /// <summary>Such as <c>bindings.aws.s3</c>.</summary>
    public abstract string Type { get; }

    /// <summary>What it can do.</summary>
    public abstract IReadOnlyList<string> Operations { get; }

    /// <summary>Does something.</summary>
    /// <param name="operation">One of <see cref="Operations"/>.</param>
    /// <param name="data">What daprd hands on.</param>
    /// <param name="metadata">The caller's, and what daprd adds.</param>
    /// <returns>Null for no answer at all.</returns>
    /// <exception cref="BindingFaultException">What the component says when it fails.</exception>
    public abstract BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata);
}
