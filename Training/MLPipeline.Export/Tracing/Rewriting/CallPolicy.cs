using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using MLPipeline.Export.Converters;
using TorchSharp;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>What a call to an exactly known method becomes in rewritten code.</summary>
internal enum Treatment
{
    /// <summary>The method runs as it is.</summary>
    Run,

    /// <summary>A rewritten copy of its body runs.</summary>
    Enter,

    /// <summary>It runs as it is, and the call is recorded as an operator.</summary>
    Record,

    /// <summary>It hands out a tensor's elements: it runs as it is, and is a problem to report when the tensor is a traced one.</summary>
    Read,

    /// <summary>It tells a tensor's lengths: it runs as it is, and is a problem to report when they depend on what the inputs hold.</summary>
    Measure,

    /// <summary>It hands out a tensor's native pointer: it runs as it is, and the recorder watches where the pointer goes.</summary>
    Take,

    /// <summary>It gives a tensor's native pointer away: the wrapper that gets it holds the tensor's value.</summary>
    Move,

    /// <summary>A native function: it runs as it is, unless it reads a traced tensor, which is then a problem to report.</summary>
    Native,

    /// <summary>It can't be copied: it runs as it is, and is a problem to report.</summary>
    Obscure,
}

/// <summary>Decides how a method is treated.</summary>
internal static class CallPolicy
{
    private static readonly ConcurrentDictionary<MethodBase, Treatment> Known = new();
    private static readonly ConcurrentDictionary<Type, bool> Holders = new();

    // Facts about a tensor, not its data; the life of a wrapper; the mode of the library. Handled by value or by the recorder's own look at shapes.
    private static readonly HashSet<string> TensorFacts =
    [
        "dim", "get_ndim", "get_Dimensions", "get_dtype", "get_device", "get_device_type", "get_device_index",
        "get_ElementSize", "element_size", "stride", "get_requires_grad", "get_IsInvalid", "get_is_leaf",
        "get_layout", "is_contiguous", "is_floating_point", "is_complex", "is_integral", "is_cuda", "get_is_cpu", "get_is_sparse", "is_cpu",
        "is_pinned", "is_mkldnn", "Dispose", "DetachFromDisposeScope", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope",
        "get_names", "has_names", "GetHashCode", "get_OwningDisposeScope", "storage_offset",
    ];

    private static readonly HashSet<string> Lengths = ["get_shape", "size", "numel", "get_NumberOfElements"];

    // Managed code that copies elements or points into a tensor's memory; what reads through a native function is told by that function.
    private static readonly HashSet<string> Readers = ["item", "data", "get_bytes", "WriteBytesToStream"];

    /// <summary>The treatment of a method.</summary>
    public static Treatment Of(MethodBase method) => Known.GetOrAdd(method, Decide);

    /// <summary>Whether a type can carry tensors or code that makes them.</summary>
    public static bool CarriesTensors(Type type)
    {
        if (type.IsByRef || type.IsArray)
            return CarriesTensors(type.GetElementType()!);
        if (typeof(torch.Tensor).IsAssignableFrom(type) || typeof(torch.nn.Module).IsAssignableFrom(type) || type == typeof(torch.TensorIndex))
            return true;
        if (typeof(Delegate).IsAssignableFrom(type) || type == typeof(object))
            return true;
        return type.IsGenericType && type.GetGenericArguments().Any(CarriesTensors);
    }

    private static Treatment Decide(MethodBase method) => CodeOrigins.Of(method) switch
    {
        CodeOrigin.Framework => Treatment.Run,
        _ when method.Attributes.HasFlag(MethodAttributes.PinvokeImpl) => Treatment.Native,
        _ when !HasBody(method) => Treatment.Run,
        CodeOrigin.User => MethodRewriter.Obstacle(method) is null ? Treatment.Enter : Treatment.Obscure,
        _ => DecideTorch(method),
    };

    private static Treatment DecideTorch(MethodBase method)
    {
        if (ConverterRegistry.Find(method) is not null)
            return Treatment.Record;
        if (typeof(torch.Tensor).IsAssignableFrom(method.DeclaringType) && !method.IsStatic && OfTensor(method) is { } treatment)
            return treatment;
        return TouchesTensors(method) ? Treatment.Enter : Treatment.Run;
    }

    private static Treatment? OfTensor(MethodBase method) => method.Name switch
    {
        ".ctor" => method.DeclaringType == typeof(torch.Tensor) ? Treatment.Run : Treatment.Enter,
        "get_Handle" => Treatment.Take,
        "MoveHandle" or "DecoupleFromNativeHandle" => Treatment.Move,
        // Says what the tensor is, not what is in it; the overloads print its elements.
        "ToString" when method.GetParameters().Length == 0 => Treatment.Run,
        var name when TensorFacts.Contains(name) => Treatment.Run,
        var name when Lengths.Contains(name) => Treatment.Measure,
        var name when Readers.Contains(name) || name.StartsWith("ReadCpu", StringComparison.Ordinal) => Treatment.Read,
        _ => null,
    };

    private static bool TouchesTensors(MethodBase method) =>
        HoldsTensors(method.DeclaringType!)
        || method.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute))
        || (method is MethodInfo info && CarriesTensors(info.ReturnType))
        || method.GetParameters().Any(p => CarriesTensors(p.ParameterType));

    /// <summary>Whether a type can carry tensors itself or has a field that can.</summary>
    public static bool HoldsTensors(Type type)
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return Holders.GetOrAdd(type, static t => CarriesTensors(t) || t.GetFields(all).Any(f => CarriesTensors(f.FieldType)));
    }

    private static bool HasBody(MethodBase method) => !method.IsAbstract
        && !method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
        && !method.GetMethodImplementationFlags().HasFlag(MethodImplAttributes.InternalCall)
        && !method.GetMethodImplementationFlags().HasFlag(MethodImplAttributes.Runtime);
}
