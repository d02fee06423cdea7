using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Attention;

/// <summary>Attention on tensors, without masks, in several forms at once: the rows of a batch are split among them, in order.</summary>
internal sealed class TensorAttention(nn.Module module, IReadOnlyList<AttentionForm> forms) : IAttentionMath<Tensor>
{
    private readonly Dictionary<string, Tensor> _parameters = module.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);

    public Tensor Linear(Tensor x, string weight, string bias, long from, long to)
    {
        var rows = _parameters[weight];
        return nn.functional.linear(x, rows.shape[0] == to - from ? rows : rows.slice(0, from, to, 1), _parameters.GetValueOrDefault(bias)?.slice(0, from, to, 1));
    }

    public Tensor Normalize(Tensor x, string layer) =>
        nn.functional.layer_norm(x, [x.shape[^1]], _parameters[layer + ".weight"], _parameters[layer + ".bias"]);

    public Tensor Add(Tensor a, Tensor b) => a + b;

    public Tensor Activate(Tensor x) => cat([.. x.chunk(forms.Count, 1).Zip(forms, (rows, form) => form.Gelu ? nn.functional.gelu(rows) : rows.relu())], 1);

    public Tensor Append(Tensor sequence, string row) => cat([sequence, _parameters[row].expand(1, sequence.shape[1], -1)]);

    public (Tensor Output, Tensor? Weights) Attend(
        Tensor q, Tensor k, Tensor v, AttentionMasks<Tensor> masks, bool rowAppended, bool needWeights)
    {
        var (queries, keys, values) = (q.chunk(forms.Count, 1), k.chunk(forms.Count, 1), v.chunk(forms.Count, 1));
        return (cat([.. forms.Select((form, i) => Attend(queries[i], keys[i], values[i], form))], 1), null);
    }

    private static Tensor Attend(Tensor q, Tensor k, Tensor v, AttentionForm form)
    {
        var (query, key, value) = (Split(q), Split(k), Split(v));
        if (form.ZeroRow)
            (key, value) = (Extended(key), Extended(value));
        var weights = (query.matmul(key.transpose(-2, -1)) / Math.Sqrt(query.shape[^1])).softmax(-1);
        return weights.matmul(value).permute(2, 0, 1, 3).reshape(q.shape);

        Tensor Split(Tensor x) => x.reshape(x.shape[0], x.shape[1], form.Heads, -1).permute(1, 2, 0, 3);
        static Tensor Extended(Tensor x) => cat([x, zeros_like(x.slice(2, 0, 1, 1))], 2);
    }
}
