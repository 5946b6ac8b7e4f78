namespace Backup.Engine.Tests.Trees;

/// <summary>Compares nodes by value, lists included.</summary>
internal static class NodeAssert
{
    /// <summary>Fails unless both nodes have the same in every field.</summary>
    public static void Equal(Node expected, Node actual)
    {
        Assert.Equal(Strip(expected), Strip(actual));
        Assert.Equal(expected.Content, actual.Content);
        Assert.Equal(Flatten(expected.ExtendedAttributes), Flatten(actual.ExtendedAttributes));
        Assert.Equal(Flatten(expected.GenericAttributes), Flatten(actual.GenericAttributes));
    }

    private static Node Strip(Node node) => node with { Content = null, ExtendedAttributes = [], GenericAttributes = null };

    private static string[] Flatten(IReadOnlyList<ExtendedAttribute> attributes) =>
        attributes.Select(attribute => attribute.Name + "=" + Convert.ToHexString(attribute.Value.Span)).ToArray();

    private static string[]? Flatten(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? attributes) =>
        attributes?.OrderBy(attribute => attribute.Key, StringComparer.Ordinal)
            .Select(attribute => attribute.Key + "=" + Convert.ToHexString(attribute.Value.Span))
            .ToArray();
}
