using System.Text.RegularExpressions;

namespace MLPipeline.Export.Coverage;

/// <summary>What means nothing in a file that only infers, or has no form in ONNX: a table of reasons. The first row that fits counts.</summary>
internal static class Exclusions
{
    private static readonly (string Reason, Regex Family, Regex Name)[] Table =
    [
        ("losses and their gradients: training only", Of("modules|functional"), Of(".*[Ll]oss|cross_entropy|binary_cross_entropy.*|kl_div|.*_backward")),
        ("gradients and optimisers: training only", Of(@"torch\.autograd.*|torch\.optim.*|Modules\.(ASGD|Ada.*|LBFGS|NAdam|RAdam|R?MSProp|Rprop|SGD|RMSProp)"), Of(".*")),
        ("gradients and optimisers: training only", Of("Tensor|torch.nn.utils"), Of("grad|.*requires_grad_?|parameters_to_vector")),
        ("fills weights before training", Of(@"torch\.nn\.init"), Of(".*")),
        ("probability distributions: what samples and measures, and what constrains them", Of(@"torch\.distributions.*|Modules\..*"), Of(".*")),
        ("random numbers: an ONNX file draws none that are PyTorch's", Of("torch|Tensor|torch.random|torch.Generator"),
            Of("rand.*|normal_?|bernoulli_?|binomial|multinomial|poisson|exponential_|geometric_|cauchy_|log_normal_|uniform_|random_|rng_state|state|_sample_dirichlet|_standard_gamma")),
        ("random numbers: an ONNX file draws none that are PyTorch's", Of("modules|functional"), Of("FractionalMaxPool.*|fractional_max_pool.*|gumbel_softmax")),
        ("complex numbers: ONNX has no type for them", Of(@"torch\.fft"), Of(".*")),
        ("complex numbers: ONNX has no type for them", Of("torch|Tensor"),
            Of("stft|istft|complex|polar|view_as_complex|view_as_real|real|imag|angle|conj.*|resolve_conj|resolve_neg|is_neg|cfloat|cdouble|H|isreal")),
        ("complex numbers: ONNX has no type for them", Of(@"torch\.linalg"), Of("eig|eigvals")),
        ("sparse tensors: ONNX Runtime does not take them", Of("torch|Tensor"), Of("sparse_.*|to_sparse|to_dense|Sparse.*")),
        ("libtorch's quantised tensors: ONNX quantises with operators of its own", Of("torch|Tensor"), Of("quantize_.*|dequantize|int_repr|q_.*")),
        ("names of axes: ONNX has none", Of("torch|Tensor"), Of("rename_?|refine_names|align_to|align_as")),
        ("no computation: the life, place and storage of a tensor", Of("torch|Tensor"),
            Of(".*DisposeScope|UnsafeCreateTensor|set_|pin_memory|print|load|Load|from_file|op_MinusMinusGreater|as_strided")),
        ("memory that nobody has written to", Of("torch|Tensor"), Of("(new_)?empty.*")),
        ("writes into memory that the caller gives", Of("torch|Tensor"), Of(".*_out")),
        ("writes into memory that the caller gives", Of("Tensor"), Of("eye|full|ones|zeros")),
        ("not .NET code: export the module it was made from", Of("ExportedProgram"), Of(".*")),
        ("indices, not tensors", Of("torch.TensorIndex"), Of(".*")),
        ("sequences of several lengths in one object", Of(@"torch\.nn\.utils\.rnn"), Of("pad_packed_sequence")),
    ];

    /// <summary>The reasons in the table's order.</summary>
    public static IEnumerable<string> Reasons => Table.Select(row => row.Reason).Distinct();

    /// <summary>The reason to leave a method or module out; null to count it.</summary>
    public static string? ReasonFor(string family, string name) =>
        Table.FirstOrDefault(row => row.Family.IsMatch(family) && row.Name.IsMatch(name)).Reason;

    private static Regex Of(string pattern) => new($"^(?:{pattern})$", RegexOptions.CultureInvariant);
}
