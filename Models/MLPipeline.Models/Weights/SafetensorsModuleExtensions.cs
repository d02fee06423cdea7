using static TorchSharp.torch;

namespace MLPipeline.Models.Weights;

/// <summary>Weights from safetensors files into modules.</summary>
public static class SafetensorsModuleExtensions
{
    private const string Tracked = "num_batches_tracked";

    /// <summary>
    /// Gives a module the weights and buffers of a file. Keys, types and shapes are checked before the first weight changes; then one tensor is in
    /// memory at a time. Floating-point types convert into each other.
    /// </summary>
    /// <param name="module">The module, on any device.</param>
    /// <param name="path">The file.</param>
    /// <param name="loading">What may differ; null for nothing.</param>
    /// <returns>What was loaded and what was not.</returns>
    /// <exception cref="InvalidSafetensorsException">The file is none, or is damaged.</exception>
    /// <exception cref="WeightsMismatchException">Keys, types or shapes differ; the message lists all. The module is as it was.</exception>
    public static LoadedWeights LoadSafetensors(this nn.Module module, string path, WeightLoading? loading = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        loading ??= new WeightLoading();
        using var file = SafetensorsFile.Open(path);
        var own = module.state_dict();
        var given = ByOwnKey(file, loading, path, module);

        var missing = own.Keys.Where(k => !given.ContainsKey(k)).ToList();
        var unexpected = given.Keys.Where(k => !own.ContainsKey(k)).ToList();
        var both = given.Where(g => own.ContainsKey(g.Key)).ToList();
        var skipped = loading.SkipOtherShapes ? both.Where(g => !SameShape(own[g.Key], g.Value)).Select(g => g.Key).ToList() : [];
        List<string> problems =
        [
            .. loading.Strict ? missing.Where(IsWanted).Select(k => $"'{k}' is not in the file") : [],
            .. loading.Strict ? unexpected.Where(IsWanted).Select(k => $"'{k}' is in the file and not in the module") : [],
            .. both.Where(g => !skipped.Contains(g.Key)).Select(g => Misfit(g.Key, own[g.Key], g.Value)).OfType<string>(),
        ];
        if (problems.Count > 0)
            throw new WeightsMismatchException(path, module.GetName(), [.. problems, Remedy]);

        var loaded = both.Where(g => !skipped.Contains(g.Key)).ToList();
        using var still = no_grad();
        foreach (var (key, entry) in loaded)
        {
            using var tensor = file.Read(entry.Name);
            own[key].copy_(tensor);
        }

        return new LoadedWeights([.. loaded.Select(l => l.Key)], missing, unexpected, skipped);
    }

    private const string Remedy =
        "a network of other channels, classes or stem has other shapes: create the one the weights are of, or set SkipOtherShapes; Strict = false lets keys differ";

    private static Dictionary<string, SafetensorsEntry> ByOwnKey(SafetensorsFile file, WeightLoading loading, string path, nn.Module module)
    {
        var groups = file.Entries.Values.GroupBy(e => loading.Rename(e.Name)).ToList();
        var twice = groups.Where(g => g.Count() > 1).Select(g => $"{string.Join(" and ", g.Select(e => $"'{e.Name}'"))} are both '{g.Key}' in the module").ToList();
        return twice.Count == 0 ? groups.ToDictionary(g => g.Key, g => g.First()) : throw new WeightsMismatchException(path, module.GetName(), twice);
    }

    private static string? Misfit(string key, Tensor own, SafetensorsEntry given)
    {
        var text = $"'{key}' is {given} in the file and {own.dtype} [{string.Join(',', own.shape)}] in the module";
        return SameShape(own, given) && (own.dtype == given.Type || (IsFloat(own.dtype) && IsFloat(given.Type))) ? null : text;
    }

    private static bool SameShape(Tensor own, SafetensorsEntry given) => own.shape.SequenceEqual(given.Shape);

    private static bool IsFloat(ScalarType type) => type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    private static bool IsWanted(string key) => !(key == Tracked || key.EndsWith("." + Tracked, StringComparison.Ordinal));
}
