using MLPipeline.Export.Tracing;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Attention;

/// <summary>
/// Finds the form of an attention module, which lies in native code, by what the module answers: of all forms that its parameters allow, exactly
/// one must give the module's own numbers.
/// </summary>
internal static class AttentionProbe
{
    private const double Same = 1e-4;

    /// <summary>The form.</summary>
    /// <param name="module">The module.</param>
    /// <param name="inputs">How many sequences it takes.</param>
    /// <param name="real">What the module answers.</param>
    /// <param name="model">What a network of its layers answers.</param>
    /// <exception cref="ConversionException">No form gives the module's numbers, or several do.</exception>
    public static AttentionForm Find(
        nn.Module module, int inputs, Func<Tensor[], Tensor> real, Func<AttentionNetwork<Tensor>, Tensor[], Tensor> model)
    {
        using var scope = NewDisposeScope();
        using var mode = new EvaluationMode(module);
        var forms = Candidates(module).ToList();
        var sequences = Sequences(module, inputs);
        var expected = real(sequences);
        var size = expected.abs().max().to(ScalarType.Float64).item<double>();
        var network = new AttentionNetwork<Tensor>(new TensorAttention(module, forms), module);
        var answers = model(network, [.. sequences.Select(s => s.repeat(1, forms.Count, 1))]).chunk(forms.Count, 1);
        var fits = forms.Where((_, i) => Difference(answers[i], expected) <= Same * size).ToList();
        return fits.Count == 1
            ? fits[0]
            : throw new ConversionException(
                $"{(fits.Count == 0 ? "none" : fits.Count.ToString())} of the head counts and activations that its weights allow give(s) the module's numbers, and an export needs exactly one; "
                + "write it with scaled_dot_product_attention");
    }

    private static IEnumerable<AttentionForm> Candidates(nn.Module module)
    {
        var parameters = module.named_parameters().ToDictionary(p => p.name, p => p.parameter.shape);
        var width = parameters.First(p => p.Key.EndsWith("out_proj.weight", StringComparison.Ordinal)).Value[0];
        var isLayer = parameters.Keys.Any(k => k.EndsWith("linear1.weight", StringComparison.Ordinal));
        for (var heads = 1L; heads <= width; heads++)
        {
            if (width % heads != 0)
                continue;
            yield return new AttentionForm(heads, ZeroRow: false, Gelu: false);
            yield return new AttentionForm(heads, ZeroRow: !isLayer, Gelu: isLayer);
        }
    }

    private static double Difference(Tensor a, Tensor b)
    {
        var difference = (a - b).abs().max().to(ScalarType.Float64).item<double>();
        return double.IsNaN(difference) ? double.PositiveInfinity : difference;
    }

    // Small scores make every softmax uniform, and every number of heads the same: inputs are scaled so that scores of the first attention spread by 3.
    private static Tensor[] Sequences(nn.Module module, int inputs)
    {
        using var generator = new Generator(3, CPU);
        var parameters = module.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var prefix = parameters.Keys.First(k => k.EndsWith("out_proj.weight", StringComparison.Ordinal))[..^"out_proj.weight".Length];
        var width = parameters[prefix + "out_proj.weight"].shape[0];
        var (query, key) = parameters.TryGetValue(prefix + "in_proj_weight", out var joint)
            ? (joint.slice(0, 0, width, 1), joint.slice(0, width, 2 * width, 1))
            : (parameters[prefix + "q_proj_weight"], parameters[prefix + "k_proj_weight"]);
        var scale = Math.Sqrt(3 / Math.Max(1e-12, Gain(query) * Gain(key)));
        return [.. Enumerable.Range(0, inputs).Select(i =>
            (randn([3 + Math.Min(i, 1), 2, (i == 0 ? query : key).shape[1]], generator: generator) * scale).to(query.dtype).to(query.device))];
    }

    // What a projection makes of inputs of size one.
    private static double Gain(Tensor weight) => Math.Sqrt(weight.square().sum().to(ScalarType.Float64).item<double>() / weight.shape[0]);
}
