namespace MLPipeline.Export.Tracing.Recording;

/// <summary>What TorchSharp's native functions do with a tensor they are given, as far as tracing cares.</summary>
internal static class NativeFacts
{
    private static readonly HashSet<string> Facts =
    [
        "dispose", "free", "ndimension", "element_size", "numel", "is_leaf", "storage_offset", "device_index", "device_type", "is_sparse",
        "requires_grad", "set_requires_grad", "retain_grad", "result_type", "is_cpu", "size", "sizes", "has_names", "names", "stride", "strides",
        "is_contiguous", "is_pinned", "type", "is_same_size", "is_complex", "is_floating_point", "layout", "grad", "is_view",
    ];

    private static readonly HashSet<string> Readers = ["item", "data", "data_idx_float16", "data_idx_bfloat16", "is_nonzero", "equal", "allclose"];

    /// <summary>Whether a function looks at a tensor's elements rather than at its shape and type.</summary>
    public static bool Reads(string function) => !(function.StartsWith("THSTensor_", StringComparison.Ordinal) && Facts.Contains(Bare(function)));

    /// <summary>What to say when a function without a converter gets a traced tensor.</summary>
    public static string Problem(string function, string operation)
    {
        if (Readers.Contains(Bare(function)))
            return Reading(operation);
        if (function.StartsWith("THSJIT", StringComparison.Ordinal))
            return $"{operation} runs a ScriptModule, whose code is not .NET code. Export the module it was made from";
        if (function.Contains("fractional_max_pool", StringComparison.Ordinal))
            return $"{operation} pools over windows drawn at random, and an ONNX file has no random numbers. Use a max pool or an adaptive one";
        if (function.EndsWith("_loss", StringComparison.Ordinal) || function.Contains("cross_entropy", StringComparison.Ordinal))
            return $"{operation} is a loss, which trains a network and has no place in one that is used. Return what it is computed from";
        return $"{operation} has no ONNX converter (native {function}). Express it with supported operations";
    }

    /// <summary>What to say when code gets a traced tensor's elements.</summary>
    public static string Reading(string operation) =>
        $"{operation} reads elements of a traced tensor: what the code does with them would be frozen as it was for the example. Use tensor operations";

    private static string Bare(string function) => function[(function.IndexOf('_') + 1)..];
}
