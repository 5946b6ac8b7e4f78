namespace Backup.Engine;

/// <summary>An extended attribute of a file; access control lists are among them.</summary>
/// <param name="Name">Such as <c>user.comment</c>.</param>
/// <param name="Value">Any bytes.</param>
public sealed record ExtendedAttribute(string Name, ReadOnlyMemory<byte> Value);
