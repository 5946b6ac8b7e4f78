using System.Text;

namespace Backup.TestKit.Dapr.Bindings;

/// <summary>bindings.postgresql and bindings.mysql: statements in the metadata, results as rows of columns.</summary>
public sealed class SqlBinding(string type = "bindings.postgresql") : BindingDouble
{
    private readonly List<(string Sql, string? Parameters)> _statements = [];

    public override string Type => type;

    public override IReadOnlyList<string> Operations { get; } = ["exec", "query", "close"];

    /// <summary>The statements so far, with their parameters as JSON.</summary>
    public IReadOnlyList<(string Sql, string? Parameters)> Statements => _statements;

    /// <summary>What queries answer: JSON such as <c>[["a",1],["b",2]]</c>.</summary>
    public string Rows { get; set; } = "[]";

    public override BindingReply? Invoke(string operation, byte[] data, IReadOnlyDictionary<string, string> metadata)
    {
        if (operation == "close")
        {
            return null;
        }

        if (!metadata.TryGetValue("sql", out string? sql))
        {
            throw new BindingFaultException("required metadata not set: sql");
        }

        lock (_statements)
        {
            _statements.Add((sql, metadata.GetValueOrDefault("params")));
        }

        var reply = new Dictionary<string, string> { ["operation"] = operation, ["sql"] = sql, ["rows-affected"] = "1" };
        return new BindingReply(operation == "query" ? Encoding.UTF8.GetBytes(Rows) : []) { Metadata = reply };
    }
}
