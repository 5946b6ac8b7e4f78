namespace Backup.Engine;

/// <summary>The document in the file «config».</summary>
/// <param name="Version">Format version: 2 has compression, 1 has not.</param>
/// <param name="Id">64 hexadecimal digits that name the repository wherever it lies.</param>
/// <param name="ChunkerPolynomial">Decides where files are cut: an irreducible polynomial of degree 53 over F₂.</param>
public sealed record RepositoryConfig(int Version, string Id, ulong ChunkerPolynomial);
