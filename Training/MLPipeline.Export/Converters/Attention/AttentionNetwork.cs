using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Attention;

/// <summary>
/// The attention networks of libtorch's C++ API, whose forward is native code: written once, run on tensors to find their hidden form, and on a
/// graph to write it. Each layer normalises after its sum.
/// </summary>
internal sealed class AttentionNetwork<T>(IAttentionMath<T> math, nn.Module module)
    where T : class
{
    private readonly Dictionary<string, long[]> _shapes = module.named_parameters().ToDictionary(p => p.name, p => p.parameter.shape);

    /// <summary>Multi-head attention of the parameters under a prefix: with one input projection for all three, or one each.</summary>
    public (T Output, T? Weights) MultiHead(string prefix, T query, T key, T value, AttentionMasks<T> masks, bool needWeights = false)
    {
        var width = _shapes[prefix + "out_proj.weight"][0];
        T Project(T x, string own, long part) => _shapes.ContainsKey(prefix + "in_proj_weight")
            ? math.Linear(x, prefix + "in_proj_weight", prefix + "in_proj_bias", part * width, (part + 1) * width)
            : math.Linear(x, prefix + own, prefix + "in_proj_bias", part * width, (part + 1) * width);

        var (q, k, v) = (Project(query, "q_proj_weight", 0), Project(key, "k_proj_weight", 1), Project(value, "v_proj_weight", 2));
        var rowAppended = _shapes.ContainsKey(prefix + "bias_k");
        if (rowAppended)
            (k, v) = (math.Append(k, prefix + "bias_k"), math.Append(v, prefix + "bias_v"));
        var (heads, weights) = math.Attend(q, k, v, masks, rowAppended, needWeights);
        return (math.Linear(heads, prefix + "out_proj.weight", prefix + "out_proj.bias", 0, width), weights);
    }

    /// <summary>An encoder layer.</summary>
    public T EncoderLayer(string prefix, T source, AttentionMasks<T> masks)
    {
        var attended = MultiHead(prefix + "self_attn.", source, source, source, masks).Output;
        return FeedForward(prefix, math.Normalize(math.Add(source, attended), prefix + "norm1"), "norm2");
    }

    /// <summary>A decoder layer.</summary>
    public T DecoderLayer(string prefix, T target, T memory, AttentionMasks<T> targetMasks, AttentionMasks<T> memoryMasks)
    {
        var attended = MultiHead(prefix + "self_attn.", target, target, target, targetMasks).Output;
        target = math.Normalize(math.Add(target, attended), prefix + "norm1");
        attended = MultiHead(prefix + "multihead_attn.", target, memory, memory, memoryMasks).Output;
        return FeedForward(prefix, math.Normalize(math.Add(target, attended), prefix + "norm2"), "norm3");
    }

    /// <summary>A stack of encoder layers, and its own normalisation where it has one.</summary>
    public T Encoder(string prefix, T source, AttentionMasks<T> masks) =>
        Last(prefix, Layers(prefix).Aggregate(source, (x, layer) => EncoderLayer(layer, x, masks)));

    /// <summary>A stack of decoder layers, and its own normalisation where it has one.</summary>
    public T Decoder(string prefix, T target, T memory, AttentionMasks<T> targetMasks, AttentionMasks<T> memoryMasks) =>
        Last(prefix, Layers(prefix).Aggregate(target, (x, layer) => DecoderLayer(layer, x, memory, targetMasks, memoryMasks)));

    private T FeedForward(string prefix, T x, string norm)
    {
        var inner = math.Activate(math.Linear(x, prefix + "linear1.weight", prefix + "linear1.bias", 0, _shapes[prefix + "linear1.weight"][0]));
        var outer = math.Linear(inner, prefix + "linear2.weight", prefix + "linear2.bias", 0, _shapes[prefix + "linear2.weight"][0]);
        return math.Normalize(math.Add(x, outer), prefix + norm);
    }

    private IEnumerable<string> Layers(string prefix) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"{prefix}layers.{i}.").TakeWhile(layer => _shapes.ContainsKey(layer + "linear1.weight"));

    private T Last(string prefix, T x) => _shapes.ContainsKey(prefix + "norm.weight") ? math.Normalize(x, prefix + "norm") : x;
}
