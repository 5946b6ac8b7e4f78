using Backup.Engine.Json;

namespace Backup.Engine.Trees;

/// <summary>Reads the nodes of a tree one after the other, so that a huge folder needs no list of them.</summary>
internal ref struct TreeReader
{
    private readonly NodeReader _node = new();
    private JsonCursor _json;
    private bool _isStarted;
    private bool _isEnded;

    /// <summary>Starts before the first node.</summary>
    /// <param name="json">The blob's plaintext.</param>
    /// <param name="id">Its id, for messages.</param>
    public TreeReader(ReadOnlySpan<byte> json, BlobId id = default) => _json = new JsonCursor(json, "tree", id.Hash);

    /// <summary>
    /// What was wrong with the node read last though it can be used: its name is no greater than the one before, or its
    /// type is unknown. Null as a rule.
    /// </summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the next node; false after the last one.</summary>
    /// <exception cref="RepositoryDamagedException">This is not a tree.</exception>
    public bool Read([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Node? node)
    {
        node = null;
        if (_isEnded || (!_isStarted && !Start()))
        {
            return false;
        }

        if (!_json.NextElement())
        {
            End();
            return false;
        }

        node = _node.Read(ref _json);
        Fault = _node.Fault;
        return true;
    }

    private bool Start()
    {
        _isStarted = true;
        _json.BeginObject();
        while (_json.NextField())
        {
            if (_json.FieldName.SequenceEqual("nodes"u8))
            {
                if (_json.BeginArrayOrNull())
                {
                    return true;
                }

                End();
                return false;
            }

            _json.SkipValue();
        }

        throw _json.Damaged("it has no nodes");
    }

    private void End()
    {
        while (_json.NextField())
        {
            if (_json.FieldName.SequenceEqual("nodes"u8))
            {
                throw _json.Damaged("it has nodes twice");
            }

            _json.SkipValue();
        }

        _json.ReadEnd();
        _isEnded = true;
    }
}
