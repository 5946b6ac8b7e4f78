using Backup.Engine.Chunking;

namespace Backup.Engine.Tests.Chunking;

/// <summary>A fact about so many lanes, on processors that have them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactIfLanesAttribute : FactAttribute
{
    public FactIfLanesAttribute(int count)
    {
        Count = count;
        bool supported = count == LaneVector32.Count ? LaneVector32.IsSupported : LaneVector16.IsSupported;
        Skip = supported ? null : $"Needs a processor with {count} lanes.";
    }

    public int Count { get; }
}
