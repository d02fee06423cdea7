using System.CommandLine;

namespace MLPipeline.Benchmarks.Commands;

/// <summary>Legal ranges of options.</summary>
internal static class Ranges
{
    /// <summary>Refuses numbers below 1.</summary>
    public static void AtLeastOne(this Option<int> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is < 1 and var given)
            result.AddError($"{option.Name} is {given}; it must be 1 or more.");
    });
}
