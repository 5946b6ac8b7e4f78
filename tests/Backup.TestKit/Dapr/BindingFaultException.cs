namespace Backup.TestKit.Dapr;

/// <summary>What a binding component says when it fails.</summary>
public sealed class BindingFaultException(string message) : Exception(message);
