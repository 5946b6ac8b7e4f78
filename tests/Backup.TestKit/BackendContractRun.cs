using System.Reflection;
using Xunit;
using Xunit.Sdk;

namespace Backup.TestKit;

/// <summary>Runs all tests of a <see cref="BackendContract"/> in one: for backends whose server may be missing, so that it is skipped as one.</summary>
public static class BackendContractRun
{
    /// <summary>A test that hangs must not keep the others from saying what they found.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs them all, each on a new object.</summary>
    /// <param name="contract">Makes the object.</param>
    /// <returns>How many tests ran.</returns>
    public static async Task<int> AllAsync(Func<BackendContract> contract)
    {
        int count = 0;
        var failures = new List<string>();
        foreach (MethodInfo test in typeof(BackendContract).GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
        {
            IEnumerable<object?[]> rows = test.GetCustomAttribute<TheoryAttribute>() is null
                ? [[]]
                : test.GetCustomAttributes<DataAttribute>().SelectMany(attribute => attribute.GetData(test));
            foreach (object?[] arguments in rows)
            {
                count++;
                string? failure = await RunAsync(contract(), test, arguments);
                if (failure is not null)
                {
                    failures.Add($"{test.Name}({string.Join(", ", arguments)}): {failure}");
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        return count;
    }

    private static async Task<string?> RunAsync(BackendContract contract, MethodInfo test, object?[] arguments)
    {
        try
        {
            await contract.InitializeAsync();
            await (test.Invoke(contract, arguments) as Task ?? Task.CompletedTask).WaitAsync(Patience);
            return null;
        }
        catch (Exception exception)
        {
            return exception.ToString(); // told with all others at the end
        }
        finally
        {
            await contract.DisposeAsync();
        }
    }
}
