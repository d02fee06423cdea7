namespace MLPipeline.Export.Converters.Attention;

/// <summary>The steps that attention networks are made of, on tensors or on values of a graph. Sequences are [time, batch, width].</summary>
/// <typeparam name="T">What it computes on.</typeparam>
internal interface IAttentionMath<T>
    where T : class
{
    /// <summary>A linear layer of the rows <paramref name="from"/> to before <paramref name="to"/> of a weight, and of its bias if there is one.</summary>
    T Linear(T x, string weight, string bias, long from, long to);

    /// <summary>A layer normalisation over the width, of the weight and bias under this name.</summary>
    T Normalize(T x, string layer);

    /// <summary>A sum.</summary>
    T Add(T a, T b);

    /// <summary>The activation between the two linear layers.</summary>
    T Activate(T x);

    /// <summary>A sequence with a learnt row [1, 1, width] after its last.</summary>
    T Append(T sequence, string row);

    /// <summary>softmax(q k' / sqrt(width of a head) + masks) v for each head, the heads side by side; and the weights, averaged over the heads.</summary>
    (T Output, T? Weights) Attend(T q, T k, T v, AttentionMasks<T> masks, bool rowAppended, bool needWeights);
}
