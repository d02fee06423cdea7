using System.Reflection;
using MLPipeline.Export.Converters;
using TorchSharp;

namespace MLPipeline.Export.Coverage;

/// <summary>What of TorchSharp can be exported, found in TorchSharp's own code.</summary>
/// <param name="Modules">Every module with a <c>forward</c> of tensors.</param>
/// <param name="Functions">Every public method that gives tensors; properties and operators are methods too.</param>
public sealed record CoverageReport(IReadOnlyList<CoverageEntry> Modules, IReadOnlyList<CoverageEntry> Functions)
{
    /// <summary>The version looked at.</summary>
    public string TorchSharpVersion { get; } = typeof(torch).Assembly.GetName().Version!.ToString(3);

    /// <summary>Looks through all of TorchSharp. Takes a second or two.</summary>
    public static CoverageReport Create() => new(
        [.. TensorMethods.Modules().Select(m => Entry("modules", m.Name, m.Forward))],
        [.. TensorMethods.Functions().Select(f => Entry(f.Family, f.Name, f.Overloads))]);

    /// <summary>The share of some entries that is exported or descends, those left out not counted; 0 to 1.</summary>
    public static double Share(IReadOnlyCollection<CoverageEntry> entries)
    {
        var counted = entries.Where(entry => entry.Status != CoverageStatus.LeftOut).ToList();
        return counted.Count == 0 ? 0 : counted.Count(entry => entry.Status != CoverageStatus.Refused) / (double)counted.Count;
    }

    /// <summary>The report as a Markdown document.</summary>
    public string ToMarkdown() => CoverageMarkdown.Write(this);

    private static CoverageEntry Entry(string family, string name, IReadOnlyList<MethodInfo> overloads)
    {
        if (Exclusions.ReasonFor(family, name) is { } reason)
            return new CoverageEntry(family, name, overloads.Count, CoverageStatus.LeftOut, reason);
        var obstacles = overloads.SelectMany(Reach.Obstacles).Distinct().Order(StringComparer.Ordinal).ToList();
        if (obstacles.Count > 0)
            return new CoverageEntry(family, name, overloads.Count, CoverageStatus.Refused, string.Join(", ", obstacles));
        var status = overloads.All(method => ConverterRegistry.Find(method) is not null) ? CoverageStatus.Exported : CoverageStatus.Descends;
        return new CoverageEntry(family, name, overloads.Count, status, "");
    }
}
