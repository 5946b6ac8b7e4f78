using System.Reflection;
using System.Runtime.Intrinsics;
using Backup.Engine.Chunking;
using Backup.Engine.Crypto;
using Xunit.Sdk;

namespace Backup.Engine.Tests.Crash;

/// <summary>Runs tests in a <see cref="ChildProgram"/>: for when the whole process has to be another one than that of the tests.</summary>
internal static class Laws
{
    /// <summary>Tells what the processor is taken for, and each test that held.</summary>
    /// <param name="classes">The names of the tests' classes.</param>
    public static async Task TryAsync(IEnumerable<string> classes)
    {
        Console.WriteLine($"vectors {Vector128.IsHardwareAccelerated || Vector256.IsHardwareAccelerated}");
        Console.WriteLine($"lanes {LaneVector16.IsSupported || LaneVector32.IsSupported || Poly1305Lanes.IsSupported}");
        foreach (string name in classes)
        {
            Type tests = typeof(Laws).Assembly.GetTypes().Single(type => type.Name == name);
            foreach (MethodInfo test in tests.GetMethods().Where(IsWanted))
            {
                foreach (object?[] arguments in ArgumentsOf(test))
                {
                    await RunAsync(tests, test, arguments);
                    Console.WriteLine($"held {name}.{test.Name}");
                }
            }
        }
    }

    private static bool IsWanted(MethodInfo method) =>
        method.GetCustomAttribute<FactAttribute>() is { Skip: null } && method.GetCustomAttribute<TraitAttribute>() is null; // none is slow

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo test) => test.GetCustomAttribute<FactAttribute>() is TheoryAttribute
        ? test.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(test))
        : [[]];

    private static async Task RunAsync(Type tests, MethodInfo test, object?[] arguments)
    {
        object? instance = test.IsStatic ? null : Activator.CreateInstance(tests);
        try
        {
            if (test.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null) is Task running)
            {
                await running;
            }
        }
        finally
        {
            (instance as IDisposable)?.Dispose();
        }
    }
}
